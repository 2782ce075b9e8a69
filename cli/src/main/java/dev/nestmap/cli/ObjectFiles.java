/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads object files that a user names. */
final class ObjectFiles {
    private ObjectFiles() {}

    /** Reads an object. Throws if it can't be read. */
    static ObjectFile read(String path) {
        try {
            return ObjectFile.parse(path, bytes(path));
        } catch (MalformedObjectException e) {
            throw new Failure("the object can't be read: " + e.getMessage());
        }
    }

    static byte[] bytes(String path) {
        try {
            return Files.readAllBytes(Path.of(path));
        } catch (NoSuchFileException e) {
            throw new Failure("there is no file " + path);
        } catch (IOException e) {
            throw new Failure("the file " + path + " can't be read: " + e);
        }
    }

    /** Reads a schema text. */
    static Schema schemaText(String path) {
        try {
            return SchemaText.parse(new String(bytes(path), StandardCharsets.UTF_8));
        } catch (SchemaFormatException e) {
            throw new Failure(path + " is neither an object file nor a schema text: " + e.getMessage());
        }
    }
}
