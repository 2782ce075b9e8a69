/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table that stands as text beside its class. */
public final class TextFile {
    private TextFile() {}

    /**
     * Reads a file, and leaves out the lines that begin with {@code #}.
     *
     * @param file the stream of {@code getResourceAsStream}, which only the module of the file can open
     */
    public static String read(@Nullable InputStream file) {
        try (InputStream in = Objects.requireNonNull(file, "a file of this jar")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^#.*\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
