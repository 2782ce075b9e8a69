/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves totals on loopback: {@code /} is a page that shows them, {@code /totals} is JSON, and {@code /events} sends the JSON once a second
 * as server-sent events.
 */
final class TotalsServer implements AutoCloseable {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final int NOT_FOUND = 404;
    private static final long PERIOD_MILLIS = 1000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "http");
        thread.setDaemon(true);
        return thread;
    });

    /** @param totals returns the totals of this moment */
    TotalsServer(int port, Supplier<TotalsState> totals) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", TotalsServer::page);
        server.createContext("/totals", exchange -> json(exchange, totals));
        server.createContext("/events", exchange -> events(exchange, totals));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void page(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/")) {
            answer(exchange, NOT_FOUND, "text/plain", "There is no such page.\n".getBytes(StandardCharsets.UTF_8));
            return;
        }
        try (InputStream page = Objects.requireNonNull(TotalsServer.class.getResourceAsStream("/totals.html"))) {
            answer(exchange, OK, "text/html; charset=utf-8", page.readAllBytes());
        }
    }

    private static void json(HttpExchange exchange, Supplier<TotalsState> totals) throws IOException {
        TotalsState now = totals.get();
        int status = now.totals() == null ? UNAVAILABLE : OK;
        answer(exchange, status, "application/json", now.toJson().getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Ends when the browser closes the connection: then writing fails. */
    private static void events(HttpExchange exchange, Supplier<TotalsState> totals) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(OK, 0);
            OutputStream body = exchange.getResponseBody();
            while (true) {
                TotalsState now = totals.get();
                String event = (now.totals() == null ? "event: problem\n" : "") + "data: " + now.toJson() + "\n\n";
                body.write(event.getBytes(StandardCharsets.UTF_8));
                body.flush();
                Thread.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
