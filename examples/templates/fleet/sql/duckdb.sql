-- Reads rows into the tables of tables.sql, which comes first. Loader needs the driver org.duckdb:duckdb_jdbc, and only one process may use the file.
CREATE TEMP TABLE fresh AS SELECT NULL::UUID AS series, NULL::BIGINT AS number, NULL::VARCHAR AS machine, NULL::VARCHAR AS outer_map,
        NULL::TIMESTAMPTZ AS taken_out, NULL::BOOLEAN AS exact, NULL::VARCHAR AS status, NULL::TIMESTAMPTZ AS complete, NULL::UUID AS previous,
        NULL::BIGINT AS previous_number, NULL::BIGINT AS kafka_time, NULL::BIGINT AS outer_key, NULL::UBIGINT AS value_packets,
        NULL::UBIGINT AS value_bytes, NULL::TIMESTAMPTZ AS kafka, NULL::BOOLEAN AS is_ahead, NULL::TIMESTAMPTZ AS moment, NULL::BOOLEAN AS is_late, NULL::BIGINT AS before,
        NULL::TIMESTAMPTZ AS since LIMIT 0;

-- each batch
DELETE FROM fresh;
INSERT INTO fresh
    SELECT r.*, (r.number <= s.last) IS TRUE AS is_late, coalesce(lag(r.number) OVER earlier, s.last, 0) AS before,
        coalesce(max(CASE WHEN NOT is_ahead THEN r.complete END) OVER (PARTITION BY r.series, r.number <= s.last ORDER BY r.number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), s.complete, lag(r.moment) OVER earlier, least(s.clock, s.seen)) AS since
    FROM (
        SELECT DISTINCT ON (series, number) *, to_timestamp(kafka_time / 1000.0) AS kafka, taken_out > kafka + INTERVAL 1 MINUTE AS is_ahead,
            CASE WHEN is_ahead THEN kafka ELSE taken_out END AS moment
        FROM (SELECT unnest(json_transform(line, '{"series": "UUID", "number": "BIGINT", "machine": "VARCHAR", "outer_map": "VARCHAR",
            "taken_out": "TIMESTAMPTZ", "exact": "BOOLEAN", "status": "VARCHAR", "complete": "TIMESTAMPTZ", "previous": "UUID",
            "previous_number": "BIGINT", "kafka_time": "BIGINT", "outer_key": "BIGINT", "value_packets": "UBIGINT", "value_bytes": "UBIGINT"}'))
            FROM (SELECT unnest(?::VARCHAR[]) AS line))) r LEFT JOIN series s ON s.series = r.series
    WHERE (r.number > coalesce(s.last, 0)) IS NOT FALSE
        OR EXISTS (SELECT 1 FROM unreadable WHERE NOT loaded AND row_key = '{"series":"' || r.series || '","number":' || r.number || '}')
    WINDOW earlier AS (PARTITION BY r.series, r.number <= s.last ORDER BY r.number);
UPDATE unreadable SET loaded = true WHERE row_key IN (SELECT '{"series":"' || series || '","number":' || number || '}' FROM fresh);
INSERT INTO missing SELECT series, before + 1, number - 1, since, moment FROM fresh WHERE NOT is_late AND number > before + 1;
INSERT INTO series
    SELECT f.series, min(f.machine), min(f.outer_map), CASE WHEN count(number) = count(*) THEN max(number) END, min(f.moment),
        max(CASE WHEN NOT is_ahead THEN f.complete END),
        max(number) = coalesce(max(CASE WHEN status = 'ended' THEN number END), 0), NULL, NULL, max(f.taken_out), max(kafka)
    FROM fresh f WHERE NOT is_late GROUP BY f.series
    ON CONFLICT (series) DO UPDATE SET last = excluded.last, complete = coalesce(excluded.complete, complete), ended = excluded.ended,
        clock = excluded.clock, seen = excluded.seen;
UPDATE series SET previous = f.previous, previous_number = f.previous_number, complete = coalesce(series.complete, p.complete, p.began)
    FROM fresh f LEFT JOIN series p ON p.series = f.previous
    WHERE f.series = series.series AND f.previous IS NOT NULL AND series.previous IS NULL;
INSERT INTO total
    SELECT outer_map, outer_key, (moment AT TIME ZONE 'UTC')::DATE,
        CASE WHEN count(value_packets) = count(*) THEN sum(value_packets) END, CASE WHEN count(value_bytes) = count(*) THEN sum(value_bytes) END,
        count(*) FILTER (WHERE exact IS NOT TRUE), NULL
    FROM fresh f WHERE status IS NULL
        AND (NOT is_late OR EXISTS (SELECT 1 FROM missing m WHERE m.series = f.series AND f.number BETWEEN m.first AND m.last))
    GROUP BY 1, 2, 3
    ON CONFLICT (tenant, utc_day, outer_map) DO UPDATE SET packets = packets + excluded.packets, bytes = bytes + excluded.bytes,
        inexact = inexact + excluded.inexact
