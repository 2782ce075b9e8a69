/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs other programs. */
final class Command {
    /**
     * The result of a program.
     *
     * @param exitCode 0 if the program succeeded
     * @param text standard output and standard error, in the order in which the program wrote them
     */
    record Output(int exitCode, String text) {}

    private Command() {}

    /**
     * Runs a program with empty standard input and waits for its end.
     *
     * @throws IOException if the program can't be started, or if this thread is interrupted; the program is killed then
     */
    static Output run(Path directory, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8"); // clang's messages are parsed, and paths in them are UTF-8
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Output(process.waitFor(), text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException("interrupted while " + command.get(0) + " ran");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            process.destroy();
        }
    }
}
