-- Reads rows into the tables of tables.sql, which comes first.
-- rows: CREATE TABLE IF NOT EXISTS flow (series uuid, number bigint, machine text NOT NULL, outer_map text NOT NULL, taken_out timestamptz NOT NULL,
-- rows:     kafka_time timestamptz NOT NULL, exact boolean NOT NULL, outer_key bigint NOT NULL, key_source bigint NOT NULL,
-- rows:     key_destination bigint NOT NULL, key_source_port int NOT NULL, key_destination_port int NOT NULL, value_packets numeric NOT NULL,
-- rows:     value_bytes numeric NOT NULL, PRIMARY KEY (series, number));

-- each batch: to keep each row, too, delete "-- rows:" everywhere.
WITH line AS (SELECT unnest(?::text[])::jsonb AS line),
row AS (
    SELECT DISTINCT ON (series, number) r.*, line, kafka, is_ahead, CASE WHEN is_ahead THEN kafka ELSE taken_out END AS moment
    FROM line, jsonb_to_record(line) AS r (series uuid, number bigint, machine text, outer_map text, taken_out timestamptz, exact boolean, status text,
            complete timestamptz, kafka_time bigint, outer_key bigint, value_packets numeric, value_bytes numeric),
        to_timestamp(kafka_time / 1000.0) AS kafka, LATERAL (SELECT taken_out > kafka + interval '1 minute' AS is_ahead) clock
    ORDER BY series, number),
fresh AS (
    SELECT row.*, coalesce(lag(number) OVER earlier, s.last, 0) AS before,
        coalesce(max(CASE WHEN NOT is_ahead THEN row.complete END) OVER (earlier ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            s.complete, lag(moment) OVER earlier, least(s.clock, s.seen)) AS since
    FROM row LEFT JOIN series s USING (series) WHERE (number > coalesce(s.last, 0)) IS NOT FALSE
    WINDOW earlier AS (PARTITION BY series ORDER BY number)),
late AS (
    UPDATE unreadable u SET loaded = true FROM row
    WHERE NOT u.loaded AND u.row_key = format('{"series":"%s","number":%s}', series, number) RETURNING row.*),
counts AS (
    SELECT series, number, outer_map, moment, kafka, exact, outer_key, value_packets, value_bytes, line FROM fresh WHERE status IS NULL
    UNION ALL
    SELECT series, number, outer_map, moment, kafka, exact, outer_key, value_packets, value_bytes, line
    FROM (SELECT DISTINCT ON (series, number) * FROM late) l
    WHERE status IS NULL AND EXISTS (SELECT FROM missing m WHERE m.series = l.series AND l.number BETWEEN m.first AND m.last)),
gaps AS (INSERT INTO missing SELECT series, before + 1, number - 1, since, moment FROM fresh WHERE number > before + 1),
-- rows: rows AS (INSERT INTO flow SELECT r.* FROM counts, jsonb_populate_record(NULL::flow, line || jsonb_build_object('kafka_time', kafka)) AS r),
runs AS (
    INSERT INTO series AS s
    SELECT f.series, min(f.machine), min(f.outer_map), CASE WHEN count(number) = count(*) THEN max(number) END, min(f.moment),
        max(CASE WHEN NOT is_ahead THEN f.complete END),
        max(number) = coalesce(max(CASE WHEN status = 'ended' THEN number END), 0), NULL, NULL, max(f.taken_out), max(kafka)
    FROM fresh f GROUP BY f.series
    ON CONFLICT (series) DO UPDATE SET last = excluded.last, complete = coalesce(excluded.complete, s.complete), ended = excluded.ended,
        clock = excluded.clock, seen = excluded.seen)
INSERT INTO total AS t
    SELECT outer_map, outer_key, (moment AT TIME ZONE 'UTC')::date,
        CASE WHEN count(value_packets) = count(*) THEN sum(value_packets) END, CASE WHEN count(value_bytes) = count(*) THEN sum(value_bytes) END,
        count(*) FILTER (WHERE exact IS NOT TRUE), NULL
    FROM counts GROUP BY 1, 2, 3 ORDER BY 2, 3, 1
    ON CONFLICT (tenant, utc_day, outer_map) DO UPDATE SET packets = t.packets + excluded.packets, bytes = t.bytes + excluded.bytes,
        inexact = t.inexact + excluded.inexact;
UPDATE series s SET previous = r.previous, previous_number = r.previous_number, complete = coalesce(s.complete, p.complete, p.began)
FROM (SELECT line::jsonb FROM unnest(?::text[]) AS line WHERE line LIKE '%"previous":%') l
    CROSS JOIN jsonb_to_record(line) AS r (series uuid, previous uuid, previous_number bigint) LEFT JOIN series p ON p.series = r.previous
WHERE s.series = r.series AND s.previous IS NULL
