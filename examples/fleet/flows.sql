-- Reads messages of MessageFormat.JSON in PostgreSQL, with the fields of Fleet.java. PostgresTest runs it. To load what is in Kafka:
--   kafka-console-consumer.sh --bootstrap-server HOST:PORT --topic flows --from-beginning --isolation-level read_committed | psql -1 \
--     -c "\copy incoming FROM pstdin WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')" \
--     -c "INSERT INTO part SELECT message FROM incoming ON CONFLICT DO NOTHING" -c "TRUNCATE incoming"
-- A message that arrives twice is stored once, so the loader may be killed and start again.
CREATE TABLE part (message jsonb NOT NULL);
CREATE UNIQUE INDEX ON part ((message ->> 'shipper'), (message ->> 'series'), ((message ->> 'number')::bigint));
CREATE UNLOGGED TABLE incoming (message jsonb NOT NULL);

-- Processes of which counts are missing: their totals are lower bounds.
CREATE VIEW gap AS
    SELECT message ->> 'shipper' AS shipper, message ->> 'series' AS series, max((message ->> 'number')::bigint) - count(*) AS missing
      FROM part
     GROUP BY 1, 2
    HAVING max((message ->> 'number')::bigint) > count(*);

-- Numbers have up to 20 digits: numeric keeps them all.
CREATE VIEW flow AS
    SELECT (message ->> 'outerKey')::bigint AS tenant,
           message ->> 'machine' AS machine,
           (message ->> 'takenOut')::timestamptz AS taken_out,
           (message ->> 'exact')::boolean AS exact,
           '0.0.0.0'::inet + source AS source,
           '0.0.0.0'::inet + destination AS destination,
           source_port, destination_port, packets, bytes
      FROM part,
           jsonb_to_recordset(message -> 'entries') AS entry(key jsonb, value jsonb),
           jsonb_to_record(key) AS k(source bigint, destination bigint, source_port int, destination_port int),
           jsonb_to_record(value) AS v(packets numeric, bytes numeric);
