"""Any number of findings to a folder of Parquet files, shard by shard, so that a run that was stopped
goes on where it was.

``plan`` cuts the input into shards, ``shard`` turns one into a file, ``manifest`` keeps what is done,
``run`` puts them together, on worker processes of this machine or (``cluster``) of many.
"""
