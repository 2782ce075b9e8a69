/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks {@link TotalsServer} for the overall total. */
final class TotalsClient {
    private static final Pattern OVERALL =
            Pattern.compile("\"overall\":\\{\"packets\":(\\d+),\"bytes\":(\\d+),\"exact\":(true|false),");

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI address;

    TotalsClient(int port) {
        this.address = URI.create("http://127.0.0.1:" + port + "/");
    }

    URI address() {
        return address;
    }

    /** Waits until the total is the expected one. Returns the last total if it is another one after {@code timeout}. */
    Sum await(Sum expected, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        Sum last = Sum.ZERO;
        while (!last.counts(expected) && end - System.nanoTime() > 0) {
            try {
                last = overall(last);
            } catch (IOException e) {
                // The process is being started again.
            }
            Thread.sleep(100);
        }
        return last;
    }

    private Sum overall(Sum previous) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("totals")).build();
        String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        Matcher found = OVERALL.matcher(body);
        return found.find()
                ? new Sum(
                        Long.parseLong(found.group(1)),
                        Long.parseLong(found.group(2)),
                        Boolean.parseBoolean(found.group(3)),
                        Instant.EPOCH)
                : previous;
    }
}
