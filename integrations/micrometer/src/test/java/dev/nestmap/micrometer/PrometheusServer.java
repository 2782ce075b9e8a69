/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.runtime.testing.FreePort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A Prometheus that scrapes one address twice a second. */
final class PrometheusServer implements AutoCloseable {
    private static final Pattern SAMPLE = Pattern.compile("\\[([0-9.]+),\"([^\"]+)\"]");

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;
    private final Path log;
    private final Process process;

    /** Starts the server with its files in a directory. */
    PrometheusServer(Path directory, int scraped) throws IOException {
        port = FreePort.find();
        Path config = Files.writeString(directory.resolve("prometheus.yml"), """
                global: { scrape_interval: 250ms, scrape_timeout: 250ms }
                scrape_configs:
                  - job_name: service
                    static_configs: [ { targets: [ "127.0.0.1:%d" ] } ]
                """.formatted(scraped));
        log = directory.resolve("prometheus.log");
        process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Whether this machine has the command. */
    static boolean isInstalled() {
        for (String directory : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, "prometheus"))) {
                return true;
            }
        }
        return false;
    }

    /** The values of the series that a query finds now. Empty while the server starts. */
    List<Double> query(String expression) throws IOException, InterruptedException {
        List<Double> values = new ArrayList<>();
        try {
            String answer = client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/query?query="
                                            + URLEncoder.encode(expression, StandardCharsets.UTF_8)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            if (answer.contains("\"status\":\"error\"")) {
                throw new AssertionError(expression + ": " + answer);
            }
            SAMPLE.matcher(answer).results().map(PrometheusServer::value).forEach(values::add);
        } catch (ConnectException e) {
            if (!process.isAlive()) {
                throw new AssertionError(Files.readString(log), e);
            }
        }
        return values;
    }

    private static double value(MatchResult sample) {
        return Double.parseDouble(sample.group(2).replace("+Inf", "Infinity"));
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
