-- For DuckDB: Loader needs the driver org.duckdb:duckdb_jdbc, and only one process may use the file.
-- Sums by tenant and day (in UTC). Loader runs the statements above "each batch" when it starts; if it may not create, run them yourself, and delete them
-- here. Change the columns with outer_key and value_ if you change Flows.java.
CREATE TABLE IF NOT EXISTS total (
    outer_map text,
    tenant bigint,
    utc_day date,
    packets HUGEINT NOT NULL,
    bytes HUGEINT NOT NULL,
    inexact bigint NOT NULL, -- rows of maps that may lack counts
    deleted TIMESTAMPTZ, -- set it when you delete the numbers
    PRIMARY KEY (tenant, utc_day, outer_map));

-- The rows of one run of an agent. Never delete one: its rows would be added again if they come again.
CREATE TABLE IF NOT EXISTS series (
    series uuid PRIMARY KEY,
    machine text NOT NULL,
    outer_map text NOT NULL,
    last bigint NOT NULL, -- its last row
    began TIMESTAMPTZ NOT NULL,
    complete TIMESTAMPTZ, -- all counts from before are loaded
    ended boolean NOT NULL, -- nothing counts any more
    previous uuid, -- the series that it continues
    previous_number bigint,
    clock TIMESTAMPTZ NOT NULL, -- the machine's time of the last row
    seen TIMESTAMPTZ NOT NULL); -- Kafka's

CREATE INDEX IF NOT EXISTS series_previous ON series (previous);

-- Rows that were left out.
CREATE TABLE IF NOT EXISTS missing (series uuid, first bigint, last bigint NOT NULL, since TIMESTAMPTZ, until TIMESTAMPTZ NOT NULL, PRIMARY KEY (series, first));

-- How far the loaders have read, messages that can't be read, and messages that Kafka deleted before a loader read them.
CREATE TABLE IF NOT EXISTS position (topic text, part int, next bigint NOT NULL, read_until TIMESTAMPTZ, PRIMARY KEY (topic, part));

CREATE TABLE IF NOT EXISTS unreadable (topic text, part int, kafka_offset bigint, row_key text, message text, reason text NOT NULL, loaded boolean NOT NULL DEFAULT false, PRIMARY KEY (topic, part, kafka_offset));

CREATE TABLE IF NOT EXISTS unread (topic text, part int, first bigint, since TIMESTAMPTZ, until TIMESTAMPTZ NOT NULL, PRIMARY KEY (topic, part, first));

-- What you have examined: insert a row to close the gaps of a machine in this time.
CREATE TABLE IF NOT EXISTS examined (machine text NOT NULL, since TIMESTAMPTZ NOT NULL, until TIMESTAMPTZ NOT NULL, reason text NOT NULL);

-- Until when the counts of each machine are complete. If it has ended, for ever.
CREATE OR REPLACE VIEW machine AS
    SELECT machine, outer_map, series, began, ended, seen, CASE WHEN clock > seen + INTERVAL 1 MINUTE THEN clock - seen END AS clock_ahead,
        CASE WHEN ended THEN TIMESTAMPTZ 'infinity' ELSE greatest(known, coalesce((SELECT max(e.until) FROM examined e WHERE e.machine = s.machine AND e.since <= known), known)) END AS complete
    FROM (SELECT *, coalesce(complete, began) AS known FROM series) s
    WHERE NOT EXISTS (SELECT 1 FROM series n WHERE n.previous = s.series);

-- When and on which machine counts are missing. Without a reason, totals of these days are lower bounds.
CREATE OR REPLACE VIEW gap AS
    SELECT g.*, (SELECT max(e.reason) FROM examined e WHERE e.machine = g.machine AND e.since <= coalesce(g.since, TIMESTAMPTZ '-infinity') AND e.until >= g.until) AS reason
    FROM (
        SELECT s.machine, s.outer_map, m.series, coalesce(m.since, p.complete) AS since, m.until, 'rows ' || m.first || ' to ' || m.last AS what
        FROM missing m JOIN series s USING (series) LEFT JOIN series p ON p.series = s.previous
        WHERE m.last - m.first + 1 > (SELECT count(DISTINCT u.row_key) FROM unreadable u WHERE u.loaded AND u.row_key LIKE '{"series":"' || m.series || '",%'
            AND (u.row_key::JSON ->> 'number')::BIGINT BETWEEN m.first AND m.last)
        UNION ALL
        SELECT s.machine, s.outer_map, s.previous, coalesce(p.complete, p.began), s.began, 'rows ' || coalesce(p.last, 0) + 1 || ' to ' || s.previous_number
        FROM series s LEFT JOIN series p ON p.series = s.previous WHERE s.previous_number > coalesce(p.last, 0)
        UNION ALL
        SELECT topic || '/' || part, NULL, NULL, since, until, 'messages that Kafka deleted unread' FROM unread) g;

-- The total of each tenant and day: exact, at least (counts are missing), so far (counts may come), or deleted.
CREATE OR REPLACE VIEW bill AS
    SELECT t.outer_map, t.tenant, t.utc_day, t.packets, t.bytes,
        CASE WHEN deleted IS NOT NULL THEN 'deleted' WHEN inexact > 0 OR has_gap THEN 'at least' WHEN is_open THEN 'so far' ELSE 'exact' END AS total
    FROM total t JOIN (
        SELECT outer_map, utc_day,
            EXISTS (SELECT 1 FROM gap g WHERE reason IS NULL AND coalesce(g.outer_map, d.outer_map) = d.outer_map
                AND coalesce(since, TIMESTAMPTZ '-infinity') < begin + INTERVAL 1 DAY AND until >= begin) AS has_gap,
            EXISTS (SELECT 1 FROM machine m WHERE m.outer_map = d.outer_map AND complete < begin + INTERVAL 1 DAY)
                OR EXISTS (SELECT 1 FROM position WHERE coalesce(read_until, TIMESTAMPTZ '-infinity') < begin + INTERVAL 1 DAY) AS is_open
        FROM (SELECT DISTINCT outer_map, utc_day, utc_day::TIMESTAMP AT TIME ZONE 'UTC' AS begin FROM total) d) state USING (outer_map, utc_day);

-- What somebody should look at.
CREATE OR REPLACE VIEW problem AS
    SELECT machine, 'no counts since ' || complete AS what FROM machine WHERE complete < now() - INTERVAL 15 MINUTE
    UNION ALL
    SELECT machine, 'its clock is ahead by ' || clock_ahead FROM machine WHERE clock_ahead IS NOT NULL
    UNION ALL
    SELECT machine, what || ' are missing, counted until ' || until || coalesce(' since ' || since, '') FROM gap WHERE reason IS NULL
    UNION ALL
    SELECT topic || '/' || part, 'the message at ' || kafka_offset || ' can''t be read: ' || reason FROM unreadable WHERE NOT loaded;

CREATE TEMP TABLE fresh AS SELECT NULL::UUID AS series, NULL::BIGINT AS number, NULL::VARCHAR AS machine, NULL::VARCHAR AS outer_map,
        NULL::TIMESTAMPTZ AS taken_out, NULL::BOOLEAN AS exact, NULL::VARCHAR AS status, NULL::TIMESTAMPTZ AS complete, NULL::UUID AS previous,
        NULL::BIGINT AS previous_number, NULL::BIGINT AS kafka_time, NULL::BIGINT AS outer_key, NULL::UBIGINT AS value_packets,
        NULL::UBIGINT AS value_bytes, NULL::TIMESTAMPTZ AS kafka, NULL::BOOLEAN AS is_ahead, NULL::BOOLEAN AS is_late, NULL::BIGINT AS before,
        NULL::TIMESTAMPTZ AS since LIMIT 0;

-- each batch
DELETE FROM fresh;
INSERT INTO fresh
    SELECT r.*, (r.number <= s.last) IS TRUE AS is_late, coalesce(lag(r.number) OVER earlier, s.last, 0) AS before,
        coalesce(max(CASE WHEN NOT is_ahead THEN r.complete END) OVER (PARTITION BY r.series, r.number <= s.last ORDER BY r.number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), s.complete, lag(r.taken_out) OVER earlier, s.clock) AS since
    FROM (
        SELECT DISTINCT ON (series, number) *, to_timestamp(kafka_time / 1000.0) AS kafka, taken_out > kafka + INTERVAL 1 MINUTE AS is_ahead
        FROM (SELECT unnest(json_transform(line, '{"series": "UUID", "number": "BIGINT", "machine": "VARCHAR", "outer_map": "VARCHAR",
            "taken_out": "TIMESTAMPTZ", "exact": "BOOLEAN", "status": "VARCHAR", "complete": "TIMESTAMPTZ", "previous": "UUID",
            "previous_number": "BIGINT", "kafka_time": "BIGINT", "outer_key": "BIGINT", "value_packets": "UBIGINT", "value_bytes": "UBIGINT"}'))
            FROM (SELECT unnest(?::VARCHAR[]) AS line))) r LEFT JOIN series s ON s.series = r.series
    WHERE (r.number > coalesce(s.last, 0)) IS NOT FALSE
        OR EXISTS (SELECT 1 FROM unreadable WHERE NOT loaded AND row_key = '{"series":"' || r.series || '","number":' || r.number || '}')
    WINDOW earlier AS (PARTITION BY r.series, r.number <= s.last ORDER BY r.number);
UPDATE unreadable SET loaded = true WHERE row_key IN (SELECT '{"series":"' || series || '","number":' || number || '}' FROM fresh);
INSERT INTO missing SELECT series, before + 1, number - 1, since, taken_out FROM fresh WHERE NOT is_late AND number > before + 1;
INSERT INTO series
    SELECT f.series, min(f.machine), min(f.outer_map), CASE WHEN count(number) = count(*) THEN max(number) END, min(f.taken_out),
        coalesce(max(CASE WHEN NOT is_ahead THEN f.complete END), min(p.known)),
        max(number) = coalesce(max(CASE WHEN status = 'ended' THEN number END), 0), max(f.previous), max(f.previous_number), max(f.taken_out), max(kafka)
    FROM fresh f LEFT JOIN (
        SELECT series, coalesce(complete, began) AS known FROM series
        UNION ALL
        SELECT series, coalesce(max(CASE WHEN NOT is_ahead THEN complete END), min(taken_out)) FROM fresh WHERE NOT is_late GROUP BY series) p
        ON p.series = f.previous
    WHERE NOT is_late GROUP BY f.series
    ON CONFLICT (series) DO UPDATE SET last = excluded.last, complete = coalesce(excluded.complete, complete), ended = excluded.ended,
        clock = excluded.clock, seen = excluded.seen;
INSERT INTO total
    SELECT outer_map, outer_key, (CASE WHEN is_ahead THEN kafka ELSE taken_out END AT TIME ZONE 'UTC')::DATE,
        CASE WHEN count(value_packets) = count(*) THEN sum(value_packets) END, CASE WHEN count(value_bytes) = count(*) THEN sum(value_bytes) END,
        count(*) FILTER (WHERE exact IS NOT TRUE), NULL
    FROM fresh f WHERE status IS NULL
        AND (NOT is_late OR EXISTS (SELECT 1 FROM missing m WHERE m.series = f.series AND f.number BETWEEN m.first AND m.last))
    GROUP BY 1, 2, 3
    ON CONFLICT (tenant, utc_day, outer_map) DO UPDATE SET packets = packets + excluded.packets, bytes = bytes + excluded.bytes,
        inexact = inexact + excluded.inexact
