/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The process of {@code peer.go}, which makes operations with cilium/ebpf on the same maps. */
final class GoPeer implements AutoCloseable {
    /** Path of the program that {@code bin/bench} has built. Without it, nothing is compared with Go. */
    static final String PROPERTY = "nestmap.benchmarks.go";

    private final @Nullable Process process;
    private @Nullable BufferedWriter requests;
    private @Nullable BufferedReader replies;

    private GoPeer(@Nullable Process process) {
        this.process = process;
        if (process != null) {
            requests = process.outputWriter();
            replies = process.inputReader();
        }
    }

    /** Starts the process with the ids of the maps, if bin/bench has built the program. */
    static GoPeer start(long... ids) {
        String program = System.getProperty(PROPERTY, "");
        if (program.isEmpty() || !Files.isExecutable(Path.of(program))) {
            return new GoPeer(null);
        }
        List<String> command = new ArrayList<>(List.of(program));
        for (long id : ids) {
            command.add(Long.toString(id));
        }
        try {
            return new GoPeer(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isThere() {
        return process != null;
    }

    /** Runs a function of {@code peer.go}. */
    Timed run(String function, int operations) {
        if (requests == null || replies == null) {
            throw new IllegalStateException("peer.go does not run");
        }
        try {
            requests.write(function + " " + operations + "\n");
            requests.flush();
            String reply = replies.readLine();
            if (reply == null) {
                throw new IllegalStateException("peer.go has ended in " + function);
            }
            int space = reply.indexOf(' ');
            return new Timed(Long.parseLong(reply, 0, space, 10), Long.parseLong(reply, space + 1, reply.length(), 10));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroy();
        }
    }
}
