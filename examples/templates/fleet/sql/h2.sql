-- For H2: Loader needs the driver com.h2database:h2, at least 2.4.
-- Sums by tenant and day (in UTC). Loader runs the statements above "each batch" when it starts; if it may not create, run them yourself, and delete them
-- here. Change the columns with outer_key and value_ if you change Flows.java.
CREATE TABLE IF NOT EXISTS total (
    outer_map VARCHAR,
    tenant bigint,
    utc_day date,
    packets DECIMAL(38) NOT NULL,
    bytes DECIMAL(38) NOT NULL,
    inexact bigint NOT NULL, -- rows of maps that may lack counts
    deleted TIMESTAMP WITH TIME ZONE, -- set it when you delete the numbers
    PRIMARY KEY (tenant, utc_day, outer_map));

-- The rows of one run of an agent. Never delete one: its rows would be added again if they come again.
CREATE TABLE IF NOT EXISTS series (
    series uuid PRIMARY KEY,
    machine VARCHAR NOT NULL,
    outer_map VARCHAR NOT NULL,
    last bigint NOT NULL, -- its last row
    began TIMESTAMP WITH TIME ZONE NOT NULL,
    complete TIMESTAMP WITH TIME ZONE, -- all counts from before are loaded
    ended boolean NOT NULL, -- nothing counts any more
    previous uuid, -- the series that it continues
    previous_number bigint,
    clock TIMESTAMP WITH TIME ZONE NOT NULL, -- the machine's time of the last row
    seen TIMESTAMP WITH TIME ZONE NOT NULL); -- Kafka's

CREATE INDEX IF NOT EXISTS series_previous ON series (previous);

-- Rows that were left out.
CREATE TABLE IF NOT EXISTS missing (series uuid, first bigint, last bigint NOT NULL, since TIMESTAMP WITH TIME ZONE, until TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY (series, first));

-- How far the loaders have read, messages that can't be read, and messages that Kafka deleted before a loader read them.
CREATE TABLE IF NOT EXISTS position (topic VARCHAR, part int, next bigint NOT NULL, read_until TIMESTAMP WITH TIME ZONE, PRIMARY KEY (topic, part));

CREATE TABLE IF NOT EXISTS unreadable (topic VARCHAR, part int, kafka_offset bigint, row_key VARCHAR, message VARCHAR, reason VARCHAR NOT NULL, loaded boolean NOT NULL DEFAULT false, PRIMARY KEY (topic, part, kafka_offset));

CREATE TABLE IF NOT EXISTS unread (topic VARCHAR, part int, first bigint, since TIMESTAMP WITH TIME ZONE, until TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY (topic, part, first));

-- What you have examined: insert a row to close the gaps of a machine in this time.
CREATE TABLE IF NOT EXISTS examined (machine VARCHAR NOT NULL, since TIMESTAMP WITH TIME ZONE NOT NULL, until TIMESTAMP WITH TIME ZONE NOT NULL, reason VARCHAR NOT NULL);

-- Until when the counts of each machine are complete. If it has ended, for ever.
CREATE OR REPLACE VIEW machine AS
    SELECT machine, outer_map, series, began, ended, seen, CASE WHEN clock > seen + INTERVAL '1' MINUTE THEN clock - seen END AS clock_ahead,
        CASE WHEN ended THEN TIMESTAMP WITH TIME ZONE '9999-12-31 00:00:00Z' ELSE greatest(known, coalesce((SELECT max(e.until) FROM examined e WHERE e.machine = s.machine AND e.since <= known), known)) END AS complete
    FROM (SELECT *, coalesce(complete, began) AS known FROM series) s
    WHERE NOT EXISTS (SELECT 1 FROM series n WHERE n.previous = s.series);

-- When and on which machine counts are missing. Without a reason, totals of these days are lower bounds.
CREATE OR REPLACE VIEW gap AS
    SELECT g.*, (SELECT max(e.reason) FROM examined e WHERE e.machine = g.machine AND e.since <= coalesce(g.since, TIMESTAMP WITH TIME ZONE '0001-01-01 00:00:00Z') AND e.until >= g.until) AS reason
    FROM (
        SELECT s.machine, s.outer_map, m.series, coalesce(m.since, p.complete) AS since, m.until, 'rows ' || m.first || ' to ' || m.last AS what
        FROM missing m JOIN series s USING (series) LEFT JOIN series p ON p.series = s.previous
        WHERE m.last - m.first + 1 > (SELECT count(DISTINCT u.row_key) FROM unreadable u WHERE u.loaded AND u.row_key LIKE '{"series":"' || m.series || '",%'
            AND CAST(REGEXP_REPLACE(u.row_key, '.*:|}', '') AS BIGINT) BETWEEN m.first AND m.last)
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
                AND coalesce(since, TIMESTAMP WITH TIME ZONE '0001-01-01 00:00:00Z') < begin + INTERVAL '1' DAY AND until >= begin) AS has_gap,
            EXISTS (SELECT 1 FROM machine m WHERE m.outer_map = d.outer_map AND complete < begin + INTERVAL '1' DAY)
                OR EXISTS (SELECT 1 FROM position WHERE coalesce(read_until, TIMESTAMP WITH TIME ZONE '0001-01-01 00:00:00Z') < begin + INTERVAL '1' DAY) AS is_open
        FROM (SELECT DISTINCT outer_map, utc_day, CAST(utc_day || ' 00:00:00Z' AS TIMESTAMP WITH TIME ZONE) AS begin FROM total) d) state USING (outer_map, utc_day);

-- What somebody should look at.
CREATE OR REPLACE VIEW problem AS
    SELECT machine, 'no counts since ' || complete AS what FROM machine WHERE complete < CURRENT_TIMESTAMP - INTERVAL '15' MINUTE
    UNION ALL
    SELECT machine, 'its clock is ahead by ' || clock_ahead FROM machine WHERE clock_ahead IS NOT NULL
    UNION ALL
    SELECT machine, what || ' are missing, counted until ' || until || coalesce(' since ' || since, '') FROM gap WHERE reason IS NULL
    UNION ALL
    SELECT topic || '/' || part, 'the message at ' || kafka_offset || ' can''t be read: ' || reason FROM unreadable WHERE NOT loaded;

CREATE LOCAL TEMPORARY TABLE IF NOT EXISTS fresh (series UUID, number BIGINT, machine VARCHAR, outer_map VARCHAR, taken_out TIMESTAMP WITH TIME ZONE,
    exact BOOLEAN, status VARCHAR, complete TIMESTAMP WITH TIME ZONE, previous UUID, previous_number BIGINT, kafka_time BIGINT, outer_key BIGINT,
    value_packets DECIMAL(20), value_bytes DECIMAL(20), kafka TIMESTAMP WITH TIME ZONE, is_ahead BOOLEAN, is_late BOOLEAN, before BIGINT,
    since TIMESTAMP WITH TIME ZONE);

-- each batch
DELETE FROM fresh;
INSERT INTO fresh
    SELECT r.*, (r.number <= s.last) IS TRUE AS is_late, coalesce(lag(r.number) OVER earlier, s.last, 0) AS before,
        coalesce(max(CASE WHEN NOT is_ahead THEN r.complete END) OVER (PARTITION BY r.series, r.number <= s.last ORDER BY r.number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), s.complete, lag(r.taken_out) OVER earlier, s.clock) AS since
    FROM (
        SELECT DISTINCT ON (series, number) x.*, taken_out > kafka + INTERVAL '1' MINUTE AS is_ahead
        FROM (SELECT y.*, DATEADD('MILLISECOND', kafka_time, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00Z') AS kafka FROM (
            SELECT
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."series" AS VARCHAR)), 'null') AS UUID) AS series,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."number" AS VARCHAR)), 'null') AS BIGINT) AS number,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."machine" AS VARCHAR)), 'null') AS VARCHAR) AS machine,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."outer_map" AS VARCHAR)), 'null') AS VARCHAR) AS outer_map,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."taken_out" AS VARCHAR)), 'null') AS TIMESTAMP WITH TIME ZONE) AS taken_out,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."exact" AS VARCHAR)), 'null') AS BOOLEAN) AS exact,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."status" AS VARCHAR)), 'null') AS VARCHAR) AS status,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."complete" AS VARCHAR)), 'null') AS TIMESTAMP WITH TIME ZONE) AS complete,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."previous" AS VARCHAR)), 'null') AS UUID) AS previous,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."previous_number" AS VARCHAR)), 'null') AS BIGINT) AS previous_number,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."kafka_time" AS VARCHAR)), 'null') AS BIGINT) AS kafka_time,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."outer_key" AS VARCHAR)), 'null') AS BIGINT) AS outer_key,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."value_packets" AS VARCHAR)), 'null') AS DECIMAL(20)) AS value_packets,
                CAST(NULLIF(TRIM(BOTH '"' FROM CAST((line)."value_bytes" AS VARCHAR)), 'null') AS DECIMAL(20)) AS value_bytes
            FROM (SELECT line FORMAT JSON AS line FROM UNNEST(CAST(? AS VARCHAR ARRAY)) AS l(line)) j) y) x) r LEFT JOIN series s ON s.series = r.series
    WHERE (r.number > coalesce(s.last, 0)) IS NOT FALSE
        OR EXISTS (SELECT 1 FROM unreadable WHERE NOT loaded AND row_key = '{"series":"' || r.series || '","number":' || r.number || '}')
    WINDOW earlier AS (PARTITION BY r.series, r.number <= s.last ORDER BY r.number);
UPDATE unreadable SET loaded = true WHERE row_key IN (SELECT '{"series":"' || series || '","number":' || number || '}' FROM fresh);
INSERT INTO missing SELECT series, before + 1, number - 1, since, taken_out FROM fresh WHERE NOT is_late AND number > before + 1;
MERGE INTO series s USING (
    SELECT f.series, min(f.machine) AS machine, min(f.outer_map) AS outer_map, CASE WHEN count(number) = count(*) THEN max(number) END AS last,
        min(f.taken_out) AS began, coalesce(max(CASE WHEN NOT is_ahead THEN f.complete END), min(p.known)) AS complete,
        max(number) = coalesce(max(CASE WHEN status = 'ended' THEN number END), 0) AS ended, max(f.previous) AS previous,
        max(f.previous_number) AS previous_number, max(f.taken_out) AS clock, max(kafka) AS seen
    FROM fresh f LEFT JOIN (
        SELECT series, coalesce(complete, began) AS known FROM series
        UNION ALL
        SELECT series, coalesce(max(CASE WHEN NOT is_ahead THEN complete END), min(taken_out)) FROM fresh WHERE NOT is_late GROUP BY series) p
        ON p.series = f.previous
    WHERE NOT is_late GROUP BY f.series) f ON s.series = f.series
    WHEN MATCHED THEN UPDATE SET last = f.last, complete = coalesce(f.complete, s.complete), ended = f.ended, clock = f.clock, seen = f.seen
    WHEN NOT MATCHED THEN INSERT VALUES (f.series, f.machine, f.outer_map, f.last, f.began, f.complete, f.ended, f.previous, f.previous_number, f.clock, f.seen);
MERGE INTO total t USING (
    SELECT outer_map, outer_key, CAST(CASE WHEN is_ahead THEN kafka ELSE taken_out END AT TIME ZONE 'UTC' AS DATE) AS utc_day,
        CASE WHEN count(value_packets) = count(*) THEN sum(value_packets) END AS packets,
        CASE WHEN count(value_bytes) = count(*) THEN sum(value_bytes) END AS bytes, count(*) FILTER (WHERE exact IS NOT TRUE) AS inexact
    FROM fresh f WHERE status IS NULL
        AND (NOT is_late OR EXISTS (SELECT 1 FROM missing m WHERE m.series = f.series AND f.number BETWEEN m.first AND m.last))
    GROUP BY outer_map, outer_key, utc_day) f ON t.outer_map = f.outer_map AND t.tenant = f.outer_key AND t.utc_day = f.utc_day
    WHEN MATCHED THEN UPDATE SET packets = t.packets + f.packets, bytes = t.bytes + f.bytes, inexact = t.inexact + f.inexact
    WHEN NOT MATCHED THEN INSERT VALUES (f.outer_map, f.outer_key, f.utc_day, f.packets, f.bytes, f.inexact, NULL)
