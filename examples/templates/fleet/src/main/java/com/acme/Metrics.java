package com.acme;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * Answers {@code GET /metrics}.
 *
 * @param registry has the metrics
 * @param server answers until it is closed, and keeps the process alive
 */
record Metrics(PrometheusMeterRegistry registry, HttpServer server) implements AutoCloseable {
    /** Serves at the port that the variable PORT of the environment has. */
    static Metrics serve(PrometheusMeterRegistry registry, int otherwise) throws IOException {
        String port = System.getenv().getOrDefault("PORT", String.valueOf(otherwise));
        HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(port)), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> { // the probe waits for no slow reader of metrics
            Thread thread = new Thread(task, "http");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/metrics", exchange -> answer(exchange, 200, registry.scrape()));
        server.start();
        return new Metrics(registry, server);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
