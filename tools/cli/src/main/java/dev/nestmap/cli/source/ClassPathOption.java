/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.source;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The option for the class path of compiled records. Finds the schema texts that the annotation processor wrote beside their classes,
 * without loading a class.
 */
@Command
public final class ClassPathOption {
    private static final String FOLDER = "META-INF/bpf";

    @Option(
            names = "--class-path",
            split = ":",
            paramLabel = "PATH",
            description = "Directories and jars with the compiled records. Default: target/classes.")
    private List<Path> entries = List.of(Path.of("target/classes"));

    /**
     * The schema of an interface with records.
     *
     * @param name the name of the interface, or the path of a schema text
     */
    public Schema schema(String name) {
        if (name.endsWith(".schema")) {
            return parse(Path.of(name), ObjectFileReader.bytes(name));
        }
        List<String> others = new ArrayList<>();
        for (Path entry : entries) {
            for (Schema schema : in(entry)) {
                if (schema.origin().equals(name)) {
                    return schema;
                }
                others.add(schema.origin());
            }
        }
        throw new CommandFailedException(
                "no schema text of " + SafeText.visible(name) + " is in " + FOLDER + " of " + entries
                        + (others.isEmpty()
                                ? ": compile the records first, and name the directory or jar of their classes with --class-path"
                                : ", only those of " + String.join(", ", others)));
    }

    private static List<Schema> in(Path entry) {
        try {
            if (Files.isDirectory(entry)) {
                return below(entry.resolve(FOLDER));
            }
            if (!Files.exists(entry)) {
                return List.of();
            }
            try (FileSystem jar = FileSystems.newFileSystem(entry)) {
                return below(jar.getPath(FOLDER));
            }
        } catch (IOException | RuntimeException e) {
            if (e instanceof CommandFailedException failure) {
                throw failure;
            }
            throw new CommandFailedException("the class path entry " + entry + " can't be read: " + e);
        }
    }

    private static List<Schema> below(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Schema> schemas = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".schema"))
                    .sorted()
                    .toList()) {
                schemas.add(parse(file, Files.readAllBytes(file)));
            }
        }
        return schemas;
    }

    private static Schema parse(Path file, byte[] text) {
        try {
            return SchemaText.parse(new String(text, StandardCharsets.UTF_8));
        } catch (SchemaFormatException e) {
            throw new CommandFailedException(file + " is no schema text: " + e.getMessage());
        }
    }
}
