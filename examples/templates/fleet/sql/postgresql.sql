-- Sums by tenant and day (in UTC). Loader runs the statements above "each batch" when it starts; if it may not create, run them yourself, and delete them
-- here. Change the columns with outer_key and value_ if you change Flows.java.
CREATE TABLE IF NOT EXISTS total (
    outer_map text,
    tenant bigint,
    utc_day date,
    packets numeric NOT NULL,
    bytes numeric NOT NULL,
    inexact bigint NOT NULL, -- rows of maps that may lack counts
    deleted timestamptz, -- set it when you delete the numbers
    PRIMARY KEY (tenant, utc_day, outer_map));

-- The rows of one run of an agent. Never delete one: its rows would be added again if they come again.
CREATE TABLE IF NOT EXISTS series (
    series uuid PRIMARY KEY,
    machine text NOT NULL,
    outer_map text NOT NULL,
    last bigint NOT NULL, -- its last row
    began timestamptz NOT NULL,
    complete timestamptz, -- all counts from before are loaded
    ended boolean NOT NULL, -- nothing counts any more
    previous uuid, -- the series that it continues
    previous_number bigint,
    clock timestamptz NOT NULL, -- the machine's time of the last row
    seen timestamptz NOT NULL); -- Kafka's

CREATE INDEX IF NOT EXISTS series_previous ON series (previous);

-- Rows that were left out.
CREATE TABLE IF NOT EXISTS missing (series uuid, first bigint, last bigint NOT NULL, since timestamptz, until timestamptz NOT NULL, PRIMARY KEY (series, first));

-- How far the loaders have read, messages that can't be read, and messages that Kafka deleted before a loader read them.
CREATE TABLE IF NOT EXISTS position (topic text, part int, next bigint NOT NULL, read_until timestamptz, PRIMARY KEY (topic, part));

CREATE TABLE IF NOT EXISTS unreadable (topic text, part int, kafka_offset bigint, row_key text, message text, reason text NOT NULL, loaded boolean NOT NULL DEFAULT false, PRIMARY KEY (topic, part, kafka_offset));

CREATE TABLE IF NOT EXISTS unread (topic text, part int, first bigint, since timestamptz, until timestamptz NOT NULL, PRIMARY KEY (topic, part, first));

-- What you have examined: insert a row to close the gaps of a machine in this time.
CREATE TABLE IF NOT EXISTS examined (machine text NOT NULL, since timestamptz NOT NULL, until timestamptz NOT NULL, reason text NOT NULL);

-- Until when the counts of each machine are complete. If it has ended, for ever.
CREATE OR REPLACE VIEW machine AS
    SELECT machine, outer_map, series, began, ended, seen, CASE WHEN clock > seen + interval '1 minute' THEN clock - seen END AS clock_ahead,
        CASE WHEN ended THEN 'infinity' ELSE greatest(known, coalesce((SELECT max(e.until) FROM examined e WHERE e.machine = s.machine AND e.since <= known), known)) END AS complete
    FROM (SELECT *, coalesce(complete, began) AS known FROM series) s
    WHERE NOT EXISTS (SELECT FROM series n WHERE n.previous = s.series);

-- When and on which machine counts are missing. Without a reason, totals of these days are lower bounds.
CREATE OR REPLACE VIEW gap AS
    SELECT g.*, (SELECT max(e.reason) FROM examined e WHERE e.machine = g.machine AND e.since <= coalesce(g.since, '-infinity') AND e.until >= g.until) AS reason
    FROM (
        SELECT s.machine, s.outer_map, m.series, coalesce(m.since, p.complete) AS since, m.until, 'rows ' || m.first || ' to ' || m.last AS what
        FROM missing m JOIN series s USING (series) LEFT JOIN series p ON p.series = s.previous
        WHERE m.last - m.first + 1 > (SELECT count(DISTINCT u.row_key) FROM unreadable u WHERE u.loaded AND u.row_key LIKE '{"series":"' || m.series || '",%'
            AND (u.row_key::jsonb ->> 'number')::bigint BETWEEN m.first AND m.last)
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
            EXISTS (SELECT FROM gap g WHERE reason IS NULL AND coalesce(g.outer_map, d.outer_map) = d.outer_map
                AND coalesce(since, '-infinity') < begin + interval '1 day' AND until >= begin) AS has_gap,
            EXISTS (SELECT FROM machine m WHERE m.outer_map = d.outer_map AND complete < begin + interval '1 day')
                OR EXISTS (SELECT FROM position WHERE coalesce(read_until, '-infinity') < begin + interval '1 day') AS is_open
        FROM (SELECT DISTINCT outer_map, utc_day, utc_day::timestamp AT TIME ZONE 'UTC' AS begin FROM total) d) state USING (outer_map, utc_day);

-- What somebody should look at.
CREATE OR REPLACE VIEW problem AS
    SELECT machine, 'no counts since ' || complete AS what FROM machine WHERE complete < now() - interval '15 minutes'
    UNION ALL
    SELECT machine, 'its clock is ahead by ' || clock_ahead FROM machine WHERE clock_ahead IS NOT NULL
    UNION ALL
    SELECT machine, what || ' are missing, counted until ' || until || coalesce(' since ' || since, '') FROM gap WHERE reason IS NULL
    UNION ALL
    SELECT topic || '/' || part, 'the message at ' || kafka_offset || ' can''t be read: ' || reason FROM unreadable WHERE NOT loaded;

-- rows: CREATE TABLE IF NOT EXISTS flow (series uuid, number bigint, machine text NOT NULL, outer_map text NOT NULL, taken_out timestamptz NOT NULL,
-- rows:     kafka_time timestamptz NOT NULL, exact boolean NOT NULL, outer_key bigint NOT NULL, key_source bigint NOT NULL,
-- rows:     key_destination bigint NOT NULL, key_source_port int NOT NULL, key_destination_port int NOT NULL, value_packets numeric NOT NULL,
-- rows:     value_bytes numeric NOT NULL, PRIMARY KEY (series, number));

-- each batch: to keep each row, too, delete "-- rows:" everywhere.
WITH line AS (SELECT unnest(?::text[])::jsonb AS line),
row AS (
    SELECT DISTINCT ON (series, number) r.*, line, kafka, taken_out > kafka + interval '1 minute' AS is_ahead
    FROM line, jsonb_to_record(line) AS r (series uuid, number bigint, machine text, outer_map text, taken_out timestamptz, exact boolean, status text,
            complete timestamptz, previous uuid, previous_number bigint, kafka_time bigint, outer_key bigint, value_packets numeric, value_bytes numeric),
        to_timestamp(kafka_time / 1000.0) AS kafka
    ORDER BY series, number),
fresh AS (
    SELECT row.*, coalesce(lag(number) OVER earlier, s.last, 0) AS before,
        coalesce(max(CASE WHEN NOT is_ahead THEN row.complete END) OVER (earlier ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            s.complete, lag(taken_out) OVER earlier, s.clock) AS since
    FROM row LEFT JOIN series s USING (series) WHERE (number > coalesce(s.last, 0)) IS NOT FALSE
    WINDOW earlier AS (PARTITION BY series ORDER BY number)),
late AS (
    UPDATE unreadable u SET loaded = true FROM row
    WHERE NOT u.loaded AND u.row_key = format('{"series":"%s","number":%s}', series, number) RETURNING row.*),
counts AS (
    SELECT series, number, machine, outer_map, taken_out, kafka, is_ahead, exact, outer_key, value_packets, value_bytes, line FROM fresh WHERE status IS NULL
    UNION ALL
    SELECT series, number, machine, outer_map, taken_out, kafka, is_ahead, exact, outer_key, value_packets, value_bytes, line
    FROM (SELECT DISTINCT ON (series, number) * FROM late) l
    WHERE EXISTS (SELECT FROM missing m WHERE m.series = l.series AND l.number BETWEEN m.first AND m.last)),
gaps AS (INSERT INTO missing SELECT series, before + 1, number - 1, since, taken_out FROM fresh WHERE number > before + 1),
-- rows: rows AS (INSERT INTO flow SELECT r.* FROM counts, jsonb_populate_record(NULL::flow, line || jsonb_build_object('kafka_time', kafka)) AS r),
runs AS (
    INSERT INTO series AS s
    SELECT f.series, min(f.machine), min(f.outer_map), CASE WHEN count(number) = count(*) THEN max(number) END, min(f.taken_out),
        coalesce(max(CASE WHEN NOT is_ahead THEN f.complete END), min(p.known)),
        max(number) = coalesce(max(CASE WHEN status = 'ended' THEN number END), 0), max(f.previous::text)::uuid, max(f.previous_number), max(f.taken_out), max(kafka)
    FROM fresh f LEFT JOIN (
        SELECT series, coalesce(complete, began) AS known FROM series
        UNION ALL
        SELECT series, coalesce(max(CASE WHEN NOT is_ahead THEN complete END), min(taken_out)) FROM fresh GROUP BY series) p ON p.series = f.previous
    GROUP BY f.series
    ON CONFLICT (series) DO UPDATE SET last = excluded.last, complete = coalesce(excluded.complete, s.complete), ended = excluded.ended,
        previous = coalesce(s.previous, excluded.previous), previous_number = coalesce(s.previous_number, excluded.previous_number),
        clock = excluded.clock, seen = excluded.seen)
INSERT INTO total AS t
    SELECT outer_map, outer_key, (CASE WHEN is_ahead THEN kafka ELSE taken_out END AT TIME ZONE 'UTC')::date,
        CASE WHEN count(value_packets) = count(*) THEN sum(value_packets) END, CASE WHEN count(value_bytes) = count(*) THEN sum(value_bytes) END,
        count(*) FILTER (WHERE exact IS NOT TRUE), NULL
    FROM counts GROUP BY 1, 2, 3 ORDER BY 2, 3, 1
    ON CONFLICT (tenant, utc_day, outer_map) DO UPDATE SET packets = t.packets + excluded.packets, bytes = t.bytes + excluded.bytes,
        inexact = t.inexact + excluded.inexact
