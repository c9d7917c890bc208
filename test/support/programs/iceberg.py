"""Reads Parquet files as an Iceberg table whose columns have since been renamed: only the files' field ids
identify them.

Input, JSON on stdin: {"folder", "files": [path], "columns": [{"id", "name", "type", "renamed"}]}. Output: a JSON list of rows.
"""
import json
import os
import sys
import time
import uuid

from pyiceberg.catalog.sql import SqlCatalog

given = json.load(sys.stdin)
folder = given["folder"]
columns = given["columns"]
location = f"file://{folder}/table"
os.makedirs(f"{folder}/table/metadata")
metadata = {
    "format-version": 2,
    "table-uuid": str(uuid.uuid4()),
    "location": location,
    "last-sequence-number": 0,
    "last-updated-ms": int(time.time() * 1000),
    "last-column-id": max(column["id"] for column in columns),
    "schemas": [
        {
            "type": "struct",
            "schema-id": 0,
            "fields": [
                {"id": column["id"], "name": column["name"], "required": False, "type": column["type"]}
                for column in columns
            ],
        }
    ],
    "current-schema-id": 0,
    "partition-specs": [{"spec-id": 0, "fields": []}],
    "default-spec-id": 0,
    "last-partition-id": 999,
    "sort-orders": [{"order-id": 0, "fields": []}],
    "default-sort-order-id": 0,
    "properties": {},
}
path = f"{folder}/table/metadata/00000.metadata.json"
with open(path, "w") as file:
    json.dump(metadata, file)

catalog = SqlCatalog("tests", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}")
catalog.create_namespace("lake")
table = catalog.register_table("lake.read_by_ids", f"file://{path}")
table.add_files([f"file://{file}" for file in given["files"]])
with table.update_schema() as update:
    for column in columns:
        update.rename_column(column["name"], column["renamed"])
with table.transaction() as transaction:
    transaction.remove_properties("schema.name-mapping.default")
json.dump(table.scan().to_arrow().to_pylist(), sys.stdout, default=str)
