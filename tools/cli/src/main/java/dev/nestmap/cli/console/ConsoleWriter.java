/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.function.Consumer;

/** Lets picocli write its texts to a console. */
public final class ConsoleWriter extends Writer {
    private final Consumer<String> to;

    public ConsoleWriter(Consumer<String> to) {
        this.to = to;
    }

    public PrintWriter writer() {
        return new PrintWriter(this, true);
    }

    @Override
    public void write(char[] text, int from, int count) {
        to.accept(new String(text, from, count));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
