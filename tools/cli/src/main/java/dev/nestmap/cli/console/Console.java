/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The output of a command: results go to standard output, problems to standard error. */
public final class Console {
    private static final int BUFFER = 1 << 16;
    private final OutputStream out;
    private final OutputStream err;
    private final boolean terminal;
    private final boolean colours;
    /**
     * A console.
     *
     * @param terminal whether standard output is a terminal
     * @param colours whether to use colours on a terminal
     */
    public Console(OutputStream out, OutputStream err, boolean terminal, boolean colours) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.colours = colours && terminal;
    }

    /** The console of this process. It has colours unless {@code NO_COLOR} is set (https://no-color.org). */
    public static Console ofProcess() {
        String noColour = System.getenv("NO_COLOR");
        return new Console(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
                new FileOutputStream(FileDescriptor.err),
                isOutputTerminal(),
                (noColour == null || noColour.isEmpty()) && !isDumb());
    }

    /** Java has no method that checks one descriptor; {@code System.console()} also requires that standard input is a terminal. */
    private static boolean isOutputTerminal() {
        String file = outputFile();
        return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
    }

    /** The file of standard output, such as {@code pipe:[1234]}; empty if it is closed. */
    private static String outputFile() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether standard output is a terminal. */
    public boolean isTerminal() {
        return terminal;
    }

    /** Whether the terminal obeys no control sequences, as the shell of an editor. */
    private static boolean isDumb() {
        return "dumb".equals(System.getenv("TERM"));
    }

    public boolean hasColours() {
        return colours;
    }

    /** Writes a line to standard output. */
    public void line(String text) {
        print(text + "\n");
    }

    /**
     * Writes to standard output.
     *
     * @throws UncheckedIOException if that is not possible, for example because nobody reads it any more
     */
    public void print(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a line to standard error, behind everything that was written before. Line ends in the text are escaped, so that a name in an
     * object file can't forge a line.
     */
    public void problem(String text) {
        complain("nestmap: " + SafeText.visible(text) + "\n");
    }

    /** Writes to standard error, behind everything that was written before. */
    public void complain(String text) {
        flush();
        error(text);
    }

    /** Passes the written bytes on. */
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes to standard error. If that fails, nobody can be told, and the exit code remains. */
    private void error(String text) {
        try {
            err.write(text.getBytes(StandardCharsets.UTF_8));
            err.flush();
        } catch (IOException e) {
            // The results matter more than the problems.
        }
    }

    /**
     * Reports why standard output can't be written, unless the reader of the pipe or terminal is gone.
     *
     * @return the exit code
     */
    public int outputFailed(UncheckedIOException e) {
        String file = outputFile();
        if (file.startsWith("pipe:") || file.startsWith("socket:") || isOutputTerminal()) {
            return ExitCode.BROKEN_PIPE;
        }
        error("nestmap: standard output can't be written: "
                + SafeText.visible(
                        String.valueOf(Objects.requireNonNull(e.getCause()).getMessage())) + "\n");
        return ExitCode.FAILED;
    }

    public String bold(String text) {
        return styled("1", text);
    }

    public String dim(String text) {
        return styled("2", text);
    }

    public String red(String text) {
        return styled("31", text);
    }

    public String green(String text) {
        return styled("32", text);
    }

    public String yellow(String text) {
        return styled("33", text);
    }

    public String cyan(String text) {
        return styled("36", text);
    }

    private String styled(String code, String text) {
        return colours && !text.isEmpty() ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
