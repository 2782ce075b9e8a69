-- A row of Kafka is a row of this table, with the fields of Flows.java.
CREATE TABLE IF NOT EXISTS flow (
    series uuid,
    number bigint,
    machine text NOT NULL,
    taken_out timestamptz NOT NULL,
    exact boolean NOT NULL,
    outer_key bigint NOT NULL,
    key_source bigint NOT NULL,
    key_destination bigint NOT NULL,
    key_source_port int NOT NULL,
    key_destination_port int NOT NULL,
    value_packets numeric NOT NULL,
    value_bytes numeric NOT NULL,
    PRIMARY KEY (series, number));

-- Processes of which counts are missing: their totals are lower bounds.
CREATE OR REPLACE VIEW gap AS
    SELECT machine, series, max(number) - count(*) AS missing FROM flow GROUP BY machine, series HAVING max(number) > count(*);

-- Loader runs this for each batch, and the statements above when it starts. If it may not create, run them yourself, and delete them here.
INSERT INTO flow
    SELECT r.* FROM unnest(string_to_array(?, E'\n')) AS line, jsonb_populate_record(NULL::flow, line::jsonb) AS r
    ON CONFLICT DO NOTHING
