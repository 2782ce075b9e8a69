/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.source;

import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Reads object files that a user names. */
public final class ObjectFileReader {
    private static final int MIB = 1 << 20;

    /** Real objects have less than 10 MiB. */
    private static final int MAX_SIZE = 64 * MIB;

    private ObjectFileReader() {}

    /** Reads an object. Throws if it can't be read. */
    public static ObjectFile read(String path) {
        try {
            return ObjectFile.parse(path, bytes(path));
        } catch (MalformedObjectException e) {
            throw malformed(e);
        }
    }

    /**
     * Reads an object, also if the definitions of some maps can't be read. Throws if anything else can't be read.
     *
     * @param malformed receives these maps
     */
    public static ObjectFile readable(String path, List<MalformedMap> malformed) {
        try {
            return ObjectFile.parseReadable(path, bytes(path), malformed);
        } catch (MalformedObjectException e) {
            throw malformed(e);
        }
    }

    private static CommandFailedException malformed(MalformedObjectException e) {
        String remedy = Objects.requireNonNullElse(e.remedy(), "compile it with clang -g -O2 -target bpf -c");
        return new CommandFailedException("the object can't be read: " + e.problem() + "; " + remedy);
    }

    public static byte[] bytes(String path) {
        try (InputStream file = Files.newInputStream(Path.of(path))) {
            byte[] bytes = file.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new CommandFailedException("the file " + path + " has more than " + MAX_SIZE / MIB
                        + " MiB, so it is neither an object file nor a schema text");
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Says why a file that a user names can't be read. */
    public static CommandFailedException unreadable(String path, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new CommandFailedException("there is no file " + path);
        }
        if (e instanceof AccessDeniedException) {
            return new CommandFailedException("this user may not read the file " + path);
        }
        return new CommandFailedException(
                Files.isDirectory(Path.of(path))
                        ? (path.isEmpty() ? "the name of the file is empty" : path + " is a directory and no file")
                        : "the file " + path + " can't be read: " + e);
    }

    /** Whether a file claims to be a schema text. */
    public static boolean isSchemaText(String path) {
        return SchemaText.isSchemaText(new String(bytes(path), StandardCharsets.UTF_8));
    }

    /** Reads a schema text. */
    public static Schema schemaText(String path) {
        try {
            return SchemaText.parse(new String(bytes(path), StandardCharsets.UTF_8));
        } catch (SchemaFormatException e) {
            throw new CommandFailedException(path + " is neither an object file nor a schema text: " + e.getMessage());
        }
    }
}
