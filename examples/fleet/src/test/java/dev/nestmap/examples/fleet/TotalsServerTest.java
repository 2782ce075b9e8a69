/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page and its JSON show the totals that arrived. */
class TotalsServerTest {
    private static final Instant NEWEST = Instant.parse("2026-11-21T05:40:30Z");
    private static final Totals TOTALS = Totals.of(
            Map.of(
                    "machine/node-1", new Sum(1234, 56789, false, NEWEST),
                    "tenant/5353", new Sum(1230, 56000, true, NEWEST),
                    "tenant/443", new Sum(4, 789, false, NEWEST)),
            new TreeMap<>(Map.of("2026-11-21T05:40:00Z", new Sum(1234, 56789, false, NEWEST))));

    @Test
    void servesTotalsAsJson() throws Exception {
        try (TotalsServer server = new TotalsServer(0, () -> TotalsState.of(TOTALS, 7))) {
            HttpResponse<String> answer = get(server, "totals");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo("{'overall':{'packets':1234,'bytes':56789,'exact':false,NEWEST},'unread':7,"
                            .concat("'machines':{'node-1':{'packets':1234,'bytes':56789,'exact':false,NEWEST}},")
                            .concat("'tenants':{'443':{'packets':4,'bytes':789,'exact':false,NEWEST},")
                            .concat("'5353':{'packets':1230,'bytes':56000,'exact':true,NEWEST}},")
                            .concat("'minutes':{'2026-11-21T05:40:00Z':")
                            .concat("{'packets':1234,'bytes':56789,'exact':false,NEWEST}}}")
                            .replace("NEWEST", "'newest':'2026-11-21T05:40:30Z'")
                            .replace('\'', '"'));
            Sum expected = new Sum(1234, 56789, false, Instant.EPOCH);
            assertThat(new TotalsClient(server.port()).await(expected, Duration.ofSeconds(60)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void saysThatTheTotalsAreNotKnownYet() throws Exception {
        try (TotalsServer server =
                new TotalsServer(0, () -> TotalsState.problem("The \"totals\" are being restored."))) {
            assertThat(get(server, "totals").statusCode()).isEqualTo(503);
            assertThat(get(server, "totals").body())
                    .isEqualTo("{\"problem\":\"The \\\"totals\\\" are being restored.\"}");
            assertThat(get(server, "nothing").statusCode()).isEqualTo(404);
        }
    }

    /** The page has no numbers of its own: they come with events, without a reload. */
    @Test
    void thePageShowsTheTotalsOfEachEvent(@TempDir Path profile) throws Exception {
        Optional<Path> chromium = Chromium.command();
        Assumptions.assumeTrue(chromium.isPresent(), "Chromium is not installed");
        AtomicReference<TotalsState> totals = new AtomicReference<>(TotalsState.of(TOTALS, 7));
        try (TotalsServer server = new TotalsServer(0, totals::get);
                Chromium page =
                        Chromium.open(chromium.orElseThrow(), "http://127.0.0.1:" + server.port() + "/", profile)) {
            page.awaitText(
                    "1,234 datagrams, 56,789 bytes: at least",
                    "up to 2026-11-21 05:40:30 UTC",
                    "7 messages in Kafka are not in the totals yet",
                    "no counts since then from node-1",
                    "node-1 1,234 56,789 at least 2026-11-21 05:40:30",
                    "443 4 789 at least",
                    "5353 1,230 56,000 exact",
                    "2026-11-21T05:40:00Z 1,234 56,789 at least");
            Sum now = new Sum(2000, 60_000, true, Instant.now());
            totals.set(TotalsState.of(Totals.of(Map.of("machine/node-1", now), new TreeMap<>()), 0));
            page.awaitText("2,000 datagrams, 60,000 bytes: exact", "All of 1 machines have shipped");
            totals.set(TotalsState.problem("The totals have stopped: a message can't be read."));
            page.awaitText("The totals have stopped: a message can't be read.");
        }
    }

    private static HttpResponse<String> get(TotalsServer server, String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + server.port() + "/" + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
}
