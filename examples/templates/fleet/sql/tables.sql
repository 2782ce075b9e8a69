-- Sums by tenant and day (in UTC), for PostgreSQL and DuckDB. Loader runs these statements when it starts; if it may not create tables, run them
-- yourself, and start it without this file. Change the columns of total and bill, and outer_key and value_ in the other file, if you change Flows.java.
CREATE TABLE IF NOT EXISTS total (
    outer_map varchar,
    tenant bigint,
    utc_day date,
    packets numeric(38) NOT NULL,
    bytes numeric(38) NOT NULL,
    inexact bigint NOT NULL, -- rows of maps that may lack counts
    deleted timestamp with time zone, -- set it when you delete the numbers
    PRIMARY KEY (tenant, utc_day, outer_map));

-- The rows of one run of an agent. Never delete one: its rows would be added again if they come again.
CREATE TABLE IF NOT EXISTS series (
    series uuid PRIMARY KEY,
    machine varchar NOT NULL,
    outer_map varchar NOT NULL,
    last bigint NOT NULL, -- its last row
    began timestamp with time zone NOT NULL,
    complete timestamp with time zone, -- all counts from before are loaded
    ended boolean NOT NULL, -- nothing counts any more
    previous uuid, -- the series that it continues
    previous_number bigint,
    clock timestamp with time zone NOT NULL, -- the machine's time of the last row
    seen timestamp with time zone NOT NULL); -- Kafka's

CREATE INDEX IF NOT EXISTS series_previous ON series (previous);

-- Rows that were left out.
CREATE TABLE IF NOT EXISTS missing (series uuid, first bigint, last bigint NOT NULL, since timestamp with time zone, until timestamp with time zone NOT NULL, PRIMARY KEY (series, first));

-- How far the loaders have read, messages that can't be read, and messages that Kafka deleted before a loader read them.
CREATE TABLE IF NOT EXISTS position (topic varchar, part int, next bigint NOT NULL, read_until timestamp with time zone, PRIMARY KEY (topic, part));

CREATE TABLE IF NOT EXISTS unreadable (topic varchar, part int, kafka_offset bigint, row_key varchar, message varchar, reason varchar NOT NULL, loaded boolean NOT NULL DEFAULT false, PRIMARY KEY (topic, part, kafka_offset));

CREATE TABLE IF NOT EXISTS unread (topic varchar, part int, first bigint, since timestamp with time zone, until timestamp with time zone NOT NULL, PRIMARY KEY (topic, part, first));

-- What you have examined: insert a row to close the gaps of a machine in this time, as far as they began before you inserted it.
CREATE TABLE IF NOT EXISTS examined (machine varchar NOT NULL, since timestamp with time zone NOT NULL, until timestamp with time zone NOT NULL, reason varchar NOT NULL,
    inserted timestamp with time zone NOT NULL DEFAULT current_timestamp);

-- Until when the counts of each machine are complete. If it has ended, forever. If you have examined that it is dead, too, until it sends a row.
CREATE OR REPLACE VIEW machine AS
    SELECT machine, outer_map, series, began, ended, seen, CASE WHEN clock > seen + interval '1' minute THEN clock - seen END AS clock_ahead,
        CASE WHEN ended THEN timestamp with time zone '9999-12-31 00:00:00Z' ELSE greatest(known, coalesce((SELECT max(e.until) FROM examined e WHERE e.machine = s.machine AND e.since <= known AND e.inserted >= seen), known)) END AS complete
    FROM (SELECT *, coalesce(complete, began) AS known FROM series) s
    WHERE NOT EXISTS (SELECT 1 FROM series n WHERE n.previous = s.series);

-- When and on which machine counts are missing. Without a reason, totals of these days are lower bounds.
CREATE OR REPLACE VIEW gap AS
    SELECT g.*, (SELECT max(e.reason) FROM examined e WHERE e.machine = g.machine AND e.until >= g.until
        AND coalesce(g.since, timestamp with time zone '0001-01-01 00:00:00Z') BETWEEN e.since AND e.inserted) AS reason
    FROM (
        SELECT s.machine, s.outer_map, m.series, coalesce(m.since, p.complete) AS since, m.until, 'rows ' || m.first || ' to ' || m.last AS what
        FROM missing m JOIN series s USING (series) LEFT JOIN series p ON p.series = s.previous
        WHERE m.last - m.first + 1 > (SELECT count(DISTINCT u.row_key) FROM unreadable u WHERE u.loaded
            AND CASE WHEN u.row_key LIKE '{"series":"' || m.series || '",%' THEN cast(rtrim(regexp_replace(u.row_key, '.*:', ''), '}') AS bigint) END BETWEEN m.first AND m.last)
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
                AND coalesce(since, timestamp with time zone '0001-01-01 00:00:00Z') < begin + interval '1' day AND until >= begin) AS has_gap,
            EXISTS (SELECT 1 FROM machine m WHERE m.outer_map = d.outer_map AND complete < begin + interval '1' day)
                OR EXISTS (SELECT 1 FROM position WHERE coalesce(read_until, timestamp with time zone '0001-01-01 00:00:00Z') < begin + interval '1' day) AS is_open
        FROM (SELECT DISTINCT outer_map, utc_day, cast(utc_day || ' 00:00:00Z' as timestamp with time zone) AS begin FROM total) d) state USING (outer_map, utc_day);

-- What somebody should look at.
CREATE OR REPLACE VIEW problem AS
    SELECT topic || '/' || part AS machine, 'not read to its end' || coalesce(' since ' || read_until, '') AS what FROM position
    WHERE coalesce(read_until, timestamp with time zone '0001-01-01 00:00:00Z') < current_timestamp - interval '15' minute
    UNION ALL
    SELECT machine, 'no counts since ' || complete FROM machine WHERE complete < current_timestamp - interval '15' minute
    UNION ALL
    SELECT machine, 'its clock is ahead by ' || clock_ahead FROM machine WHERE clock_ahead IS NOT NULL
    UNION ALL
    SELECT machine, what || ' are missing, counted until ' || until || coalesce(' since ' || since, '') FROM gap WHERE reason IS NULL
    UNION ALL
    SELECT topic || '/' || part, count(*) || ' messages can''t be read, the first at ' || min(kafka_offset) || ': ' || reason
    FROM unreadable WHERE NOT loaded GROUP BY topic, part, reason;

