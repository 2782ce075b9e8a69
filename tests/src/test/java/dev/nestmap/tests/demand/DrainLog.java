/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.MissReport;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.tests.demand.Demand.Visit;
import dev.nestmap.tests.demand.DemandBpf.VisitMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in which processes that may be killed record drained counts and misses. Each line has the identity of the
 * inner map or of the report, so that a line that was written twice counts once.
 */
final class DrainLog implements OnDemandServer.Listener<Long, VisitMap>, AutoCloseable {
    private static final Pattern DRAINED = Pattern.compile("drained (\\d+) of map (\\S+)\\.");
    private static final Pattern MISSED = Pattern.compile("missed (\\d+) in report (\\S+)\\.");

    private final FileChannel file;

    DrainLog(Path path) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.APPEND);
    }

    @Override
    public void missed(MissReport<Long> report) {
        write("missed " + report.total() + " in report " + report.identity().text() + ".\n");
    }

    void drain(Displaced<Long, VisitMap> visits) {
        write("drained " + sum(visits.map()) + " of map " + visits.identity().text() + ".\n");
    }

    static long sum(Iterable<Visit> visits) {
        long sum = 0;
        for (Visit visit : visits) {
            sum += visit.packets();
        }
        return sum;
    }

    static Map<String, Long> drained(Path path) throws IOException {
        return read(path, DRAINED);
    }

    static Map<String, Long> missed(Path path) throws IOException {
        return read(path, MISSED);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Starts with a new line: a kill may have cut off the previous line before its end. */
    private void write(String lines) {
        try {
            file.write(ByteBuffer.wrap(("\n" + lines).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Long> read(Path path, Pattern pattern) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        for (String line : Files.readAllLines(path)) {
            Matcher entry = pattern.matcher(line);
            if (entry.matches()) {
                long count = Long.parseLong(entry.group(1));
                Long before = counts.put(entry.group(2), count);
                assertThat(before == null || before == count)
                        .as("both lines of the map are equal: %s", line)
                        .isTrue();
            }
        }
        return counts;
    }
}
