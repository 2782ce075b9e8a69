-- Reads rows into the tables of tables.sql, which comes first. Loader needs the driver com.h2database:h2, at least 2.4.
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
        min(f.taken_out) AS began, max(CASE WHEN NOT is_ahead THEN f.complete END) AS complete,
        max(number) = coalesce(max(CASE WHEN status = 'ended' THEN number END), 0) AS ended, max(f.taken_out) AS clock, max(kafka) AS seen
    FROM fresh f WHERE NOT is_late GROUP BY f.series) f ON s.series = f.series
    WHEN MATCHED THEN UPDATE SET last = f.last, complete = coalesce(f.complete, s.complete), ended = f.ended, clock = f.clock, seen = f.seen
    WHEN NOT MATCHED THEN INSERT VALUES (f.series, f.machine, f.outer_map, f.last, f.began, f.complete, f.ended, NULL, NULL, f.clock, f.seen);
MERGE INTO series s USING (
    SELECT f.series, f.previous, f.previous_number, coalesce(p.complete, p.began) AS complete
    FROM fresh f LEFT JOIN series p ON p.series = f.previous WHERE f.previous IS NOT NULL) f ON s.series = f.series
    WHEN MATCHED AND s.previous IS NULL THEN UPDATE SET previous = f.previous, previous_number = f.previous_number, complete = coalesce(s.complete, f.complete);
MERGE INTO total t USING (
    SELECT outer_map, outer_key, CAST(CASE WHEN is_ahead THEN kafka ELSE taken_out END AT TIME ZONE 'UTC' AS DATE) AS utc_day,
        CASE WHEN count(value_packets) = count(*) THEN sum(value_packets) END AS packets,
        CASE WHEN count(value_bytes) = count(*) THEN sum(value_bytes) END AS bytes, count(*) FILTER (WHERE exact IS NOT TRUE) AS inexact
    FROM fresh f WHERE status IS NULL
        AND (NOT is_late OR EXISTS (SELECT 1 FROM missing m WHERE m.series = f.series AND f.number BETWEEN m.first AND m.last))
    GROUP BY outer_map, outer_key, utc_day) f ON t.outer_map = f.outer_map AND t.tenant = f.outer_key AND t.utc_day = f.utc_day
    WHEN MATCHED THEN UPDATE SET packets = t.packets + f.packets, bytes = t.bytes + f.bytes, inexact = t.inexact + f.inexact
    WHEN NOT MATCHED THEN INSERT VALUES (f.outer_map, f.outer_key, f.utc_day, f.packets, f.bytes, f.inexact, NULL)
