/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The size of the terminal, in characters. */
public record TerminalSize(int rows, int columns) {
    /** The size that terminals have had since the VT100. */
    public static final TerminalSize USUAL = new TerminalSize(24, 80);

    /** Asks the terminal of this process. Java can't, but stty is on every Linux. Returns the other size if there is no answer. */
    public static TerminalSize read(TerminalSize other) {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (size.matches("[1-9][0-9]{0,4} [1-9][0-9]{0,4}")) {
                int space = size.indexOf(' ');
                return new TerminalSize(
                        Integer.parseInt(size.substring(0, space)), Integer.parseInt(size.substring(space + 1)));
            }
        } catch (IOException e) {
            // There is no answer.
        }
        return other;
    }
}
