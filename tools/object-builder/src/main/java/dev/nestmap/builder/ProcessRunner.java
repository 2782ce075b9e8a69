/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs other programs. */
final class ProcessRunner {
    /** The time that a program may take to answer a question about itself, such as {@code --version}. */
    static final Duration ANSWER = Duration.ofSeconds(30);

    private static final Duration UNLIMITED = Duration.ofDays(365);

    /**
     * The result of a program.
     *
     * @param exitCode 0 if the program succeeded
     * @param text standard output and standard error, in the order in which the program wrote them
     */
    record Output(int exitCode, String text) {}

    private ProcessRunner() {}

    /**
     * Runs a program with empty standard input and waits for its end.
     *
     * @throws IOException if the program can't be started, or if this thread is interrupted; the program is killed then
     */
    static Output run(Path directory, List<String> command) throws IOException {
        return run(directory, command, UNLIMITED);
    }

    /**
     * Runs a program with empty standard input and waits for its end.
     *
     * @param limit the time that the program may take; it is killed then
     * @throws IOException if the program can't be started or takes longer, or if this thread is interrupted; the program is killed then
     */
    static Output run(Path directory, List<String> command, Duration limit) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8"); // clang's messages are parsed, and paths in them are UTF-8
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            byte[] text = output(process).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Output(process.waitFor(), new String(text, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while " + command.get(0) + " ran");
            interrupted.initCause(e);
            throw interrupted;
        } catch (TimeoutException e) {
            throw new IOException("stopped, because it had not ended after " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException("the output of " + command.get(0) + " can't be read: " + e.getCause(), e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly); // a script may have started the compiler
            process.destroyForcibly();
        }
    }

    /** Reads the output in another thread, because reading from a process can't be interrupted. */
    private static CompletableFuture<byte[]> output(Process process) {
        CompletableFuture<byte[]> output = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (InputStream stream = process.getInputStream()) {
                        output.complete(stream.readAllBytes());
                    } catch (IOException | RuntimeException e) {
                        output.completeExceptionally(e);
                    }
                },
                "nestmap-command-output");
        reader.setDaemon(true);
        reader.start();
        return output;
    }
}
