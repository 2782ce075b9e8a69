/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.syscalls;

import dev.nestmap.runtime.error.BpfException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Shows the system calls of each user, once a second: {@code [--seconds N]}. In a terminal, each table replaces the previous one. */
public final class SyscallsDemo {
    static final int DONE = 0;
    static final int NOT_RUN = 2;

    private static final int SECONDS = 10;
    private static final long INTERVAL_MILLIS = 1_000;

    /** Longer lines would become two in a narrow terminal. */
    private static final int TERMINAL_WIDTH = 79;

    private final PrintStream out;
    private final boolean terminal;
    private final int seconds;

    SyscallsDemo(PrintStream out, boolean terminal, int seconds) {
        this.out = out;
        this.terminal = terminal;
        this.seconds = seconds;
    }

    /** Exits with 0 after the time is over, and with 2 if the example could not run. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(run(System.out, isTerminal(), args));
    }

    static int run(PrintStream out, boolean terminal, String... args) throws InterruptedException {
        try {
            new SyscallsDemo(out, terminal, seconds(args)).run();
            return DONE;
        } catch (IllegalArgumentException | BpfException | IOException e) {
            out.println("Could not run: " + e.getMessage());
            return NOT_RUN;
        }
    }

    private static int seconds(String... args) {
        if (args.length == 0) {
            return SECONDS;
        }
        if (args.length == 2 && args[0].equals("--seconds") && args[1].matches("[1-9]\\d{0,5}")) {
            return Integer.parseInt(args[1]);
        }
        throw new IllegalArgumentException(
                "the only option is --seconds NUMBER, from 1 to 999999, not " + String.join(" ", args));
    }

    /** {@code System.console()} also requires that standard input is a terminal, and newer JDKs always return one. */
    private static boolean isTerminal() {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return (file.startsWith("/dev/pts/") || file.startsWith("/dev/tty"))
                    && !"dumb".equals(System.getenv("TERM"));
        } catch (IOException e) {
            return false;
        }
    }

    private void run() throws IOException, InterruptedException {
        Table table = new Table(new Names(), terminal ? TERMINAL_WIDTH : Integer.MAX_VALUE);
        try (UserCalls calls = new UserCalls()) {
            out.println("System calls of each user, for %d s or until Ctrl-C:".formatted(seconds));
            out.println(Table.heading());
            int shown = 0;
            long start = System.nanoTime();
            for (int second = 1; second <= seconds && !out.checkError(); second++) {
                Thread.sleep(INTERVAL_MILLIS);
                long now = System.nanoTime();
                List<String> rows = table.rows(calls.drain(), (now - start) / 1e9);
                start = now;
                show(rows, shown);
                shown = rows.size();
            }
            out.println("%,d calls, and %,d more before their users had maps".formatted(table.total(), calls.missed()));
        }
    }

    /** Prints the rows, in a terminal over the rows that are shown. One write, so that an interrupt leaves no half of a table. */
    void show(List<String> rows, int shown) {
        StringBuilder text = new StringBuilder();
        if (terminal && shown > 0) {
            text.append("\033[%dA\033[J".formatted(shown)); // so many lines up, and clears what is below
        }
        rows.forEach(row -> text.append(row).append('\n'));
        out.print(text);
        out.flush();
    }
}
