-- A row of Kafka is a row of this table, with the fields of Fleet.java. KernelConsumersTest runs this file.
CREATE TABLE IF NOT EXISTS flow (
    series uuid,
    number bigint,
    machine text,
    taken_out timestamptz,
    exact boolean,
    outer_key bigint,
    key_source bigint,
    key_destination bigint,
    key_source_port int,
    key_destination_port int,
    value_packets numeric,
    value_bytes numeric,
    PRIMARY KEY (series, number));

-- Processes of which counts are missing: their totals are lower bounds.
CREATE OR REPLACE VIEW gap AS
    SELECT machine, series, max(number) - count(*) AS missing FROM flow GROUP BY machine, series HAVING max(number) > count(*);

-- Loader runs the last statement for each batch.
INSERT INTO flow
    SELECT r.* FROM unnest(string_to_array(?, E'\n')) AS line, jsonb_populate_record(NULL::flow, line::jsonb) AS r
    ON CONFLICT DO NOTHING
