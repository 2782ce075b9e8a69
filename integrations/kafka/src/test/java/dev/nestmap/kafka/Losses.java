/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What a consumer finds missing, as the tables of the template do. Fails if a row is there twice. */
final class Losses {
    private Losses() {}

    /**
     * Returns the numbers that are missing, and the series that nobody has ended or continued. The one of the last row may still run.
     *
     * @param rows all rows of a topic, with those that have no counts
     */
    static List<String> of(List<Row> rows) {
        Map<String, TreeSet<Long>> numbers = new LinkedHashMap<>();
        Map<String, Row> last = new HashMap<>();
        Map<String, Long> continued = new HashMap<>();
        for (Row row : rows) {
            String series = row.position().series().toString();
            assertThat(numbers.computeIfAbsent(series, it -> new TreeSet<>()).add(row.number()))
                    .as("%s comes once", row)
                    .isTrue();
            last.put(series, row);
            if (row.json().has("previous")) {
                continued.put(
                        row.json().get("previous").textValue(),
                        row.json().get("previous_number").longValue());
            }
        }
        List<String> losses = new ArrayList<>();
        String newest = rows.isEmpty()
                ? ""
                : rows.get(rows.size() - 1).position().series().toString();
        numbers.forEach((series, there) -> {
            long end = Math.max(there.last(), continued.getOrDefault(series, 0L));
            if (there.size() < end) {
                losses.add(end - there.size() + " rows of " + series + " are missing");
            }
            if (!Objects.requireNonNull(last.get(series)).status().equals("ended")
                    && !continued.containsKey(series)
                    && !series.equals(newest)) {
                losses.add(series + " has no end");
            }
        });
        return losses;
    }
}
