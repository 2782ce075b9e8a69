-- For windows: a row of Kafka is a row of this table, with the fields of Flows.java. Those with a status have no counts. Flink needs a checkpoint
-- directory (execution.checkpointing.dir), and keeps the keys of all rows.
CREATE TABLE flow (
    series STRING,
    number BIGINT,
    machine STRING,
    taken_out TIMESTAMP_LTZ(3),
    exact BOOLEAN,
    status STRING,
    outer_key BIGINT,
    key_source BIGINT,
    key_destination BIGINT,
    key_source_port INT,
    key_destination_port INT,
    value_packets DECIMAL(20, 0),
    value_bytes DECIMAL(20, 0),
    PRIMARY KEY (series, number) NOT ENFORCED
) WITH (
    'connector' = 'upsert-kafka',
    'topic' = 'flows',
    'properties.bootstrap.servers' = 'kafka:9092',
    'properties.isolation.level' = 'read_committed',
    'key.format' = 'json',
    'value.format' = 'json',
    'value.json.timestamp-format.standard' = 'ISO-8601'
);

-- Processes of which counts are missing: their totals are lower bounds.
CREATE VIEW gap AS
    SELECT machine, series, MAX(number) - COUNT(*) AS missing FROM flow GROUP BY machine, series HAVING MAX(number) > COUNT(*)
