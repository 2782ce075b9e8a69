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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The output of a command: results go to standard output, problems and progress to standard error. */
public final class Console {
    /** A terminal with fewer columns is not worth asking for its size. */
    private static final int NARROW = 30;

    private static final int BUFFER = 1 << 16;
    private static final long PROGRESS_NANOS = 500_000_000;

    private final OutputStream out;
    private final OutputStream err;
    private final boolean terminal;
    private final boolean errorsOnTerminal;
    private final boolean colours;
    private final long progressNanos;
    private long progressAt = System.nanoTime();
    private boolean showsProgress;
    private boolean pipe;
    private boolean ascii;
    private @Nullable Supplier<TerminalSize> size;
    private int columns;

    /**
     * A console.
     *
     * @param terminal whether standard output is a terminal
     * @param errorsOnTerminal whether standard error is a terminal
     * @param colours whether to use colours on a terminal
     */
    public Console(OutputStream out, OutputStream err, boolean terminal, boolean errorsOnTerminal, boolean colours) {
        this(out, err, terminal, errorsOnTerminal, colours, PROGRESS_NANOS);
    }

    /** @param progressNanos the time before the first progress, and between two */
    public Console(
            OutputStream out,
            OutputStream err,
            boolean terminal,
            boolean errorsOnTerminal,
            boolean colours,
            long progressNanos) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.errorsOnTerminal = errorsOnTerminal;
        this.colours = colours && terminal;
        this.progressNanos = progressNanos;
    }

    /** The console of this process. It has colours unless {@code NO_COLOR} is set (https://no-color.org). */
    public static Console ofProcess() {
        String noColour = System.getenv("NO_COLOR");
        Console console = new Console(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
                new FileOutputStream(FileDescriptor.err),
                isTerminal(1),
                isTerminal(2) && !isDumb(),
                (noColour == null || noColour.isEmpty()) && !isDumb());
        // The script that starts the command gives Java a UTF-8 locale, and tells whether the user's is another one.
        console.ascii = Boolean.getBoolean("nestmap.ascii")
                || System.getProperty("native.encoding", "").startsWith("ANSI_X3.4");
        console.pipe = fileOf(1).startsWith("pipe:");
        console.size = () -> TerminalSize.read(new TerminalSize(Integer.MAX_VALUE, Integer.MAX_VALUE));
        return console;
    }

    /** Java has no method that checks one descriptor; {@code System.console()} also requires that standard input is a terminal. */
    private static boolean isTerminal(int descriptor) {
        String file = fileOf(descriptor);
        return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
    }

    /** The file of an open descriptor, such as {@code pipe:[1234]}; empty if it is closed. */
    private static String fileOf(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** Whether standard output is a terminal. */
    public boolean isTerminal() {
        return terminal;
    }

    /** Whether another program reads standard output. It may draw on the same terminal, as less does. */
    public boolean isPipe() {
        return pipe;
    }

    /** The number of characters that fit into a line. Without a terminal, there is no limit. */
    public int columns() {
        if (columns == 0) {
            columns = terminal && size != null ? size.get().columns() : Integer.MAX_VALUE;
        }
        return columns;
    }

    /** Whether standard output is a terminal that can refresh a screen in place. */
    public boolean movesCursor() {
        return terminal && !isDumb();
    }

    /** Whether the terminal obeys no control sequences, as the shell of an editor. */
    private static boolean isDumb() {
        return "dumb".equals(System.getenv("TERM"));
    }

    public boolean hasColours() {
        return colours;
    }

    /** Writes a line to standard output. On a terminal that is narrower, it breaks at spaces. */
    public void line(String text) {
        int width = LineWrap.width(text);
        boolean fits = !terminal || width <= NARROW || width <= columns();
        print((fits ? text : LineWrap.folded(text, columns())) + "\n");
    }

    /**
     * Writes to standard output.
     *
     * @throws UncheckedIOException if that is not possible, for example because nobody reads it any more
     */
    public void print(String text) {
        if (terminal) {
            endProgress();
        }
        try {
            out.write(encoded(text));
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
        endProgress();
        flush();
        error(text);
    }

    /**
     * Shows how far a long task is, if standard error is a terminal. The next progress replaces it, and other output removes it. Standard
     * output must be at the beginning of a line if it is a terminal.
     */
    public void progress(Supplier<String> text) {
        if (errorsOnTerminal && System.nanoTime() - progressAt >= progressNanos) {
            flush();
            error("\r\033[K" + text.get());
            progressAt = System.nanoTime();
            showsProgress = true;
        }
    }

    /** Removes the progress that is shown. */
    public void endProgress() {
        if (showsProgress) {
            showsProgress = false;
            error("\r\033[K");
        }
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
            err.write(encoded(text));
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
        String file = fileOf(1);
        if (file.startsWith("pipe:") || file.startsWith("socket:") || isTerminal(1)) {
            return ExitCode.BROKEN_PIPE;
        }
        endProgress();
        error("nestmap: standard output can't be written: "
                + SafeText.visible(
                        String.valueOf(Objects.requireNonNull(e.getCause()).getMessage())) + "\n");
        return ExitCode.FAILED;
    }

    private byte[] encoded(String text) {
        return (ascii ? SafeText.ascii(text) : text).getBytes(StandardCharsets.UTF_8);
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
