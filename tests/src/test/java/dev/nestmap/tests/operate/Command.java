/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.Main;
import dev.nestmap.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One run of the command {@code nestmap}.
 *
 * @param exitCode its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Command(int exitCode, String out, String err) {
    static Command run(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] line = new String[arguments.length];
        for (int i = 0; i < line.length; i++) {
            line[i] = arguments[i].toString();
        }
        int code = Main.run(new Console(out, err, false, false), line);
        return new Command(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Requires that the command has succeeded, and returns its output. */
    String succeeded() {
        assertThat(exitCode).as(out + err).isZero();
        return out;
    }

    /** Requires an exit code, and returns the errors. */
    String failed(int code) {
        assertThat(exitCode).as(out + err).isEqualTo(code);
        return err;
    }
}
