/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The paths of a module's files.
 *
 * @param base the module's directory
 * @param sources the directory with the {@code .bpf.c} files and the copies of schema texts
 * @param output the class directory, which becomes the jar and has the output of the annotation processor
 * @param objects the directory for the compiled objects, which the jar contains too; often the class directory
 * @param work the directory for intermediate files, which are not in the jar
 */
public record ModuleLayout(Path base, Path sources, Path output, Path objects, Path work) {
    static final String SUFFIX = ".bpf.c";
    static final String SCHEMA_SUFFIX = ".schema";
    static final String FINGERPRINT_SUFFIX = ".fingerprint";
    private static final String C_SUFFIX = ".c";

    /** The remedy for a schema text that can't be read. */
    static final String SAME_VERSION =
            "use the same version of nestmap-processor and of nestmap-maven-plugin or nestmap-object-builder, and rebuild";

    /** Creates the layout from paths that may be relative to the current directory. */
    public static ModuleLayout of(Path base, Path sources, Path output, Path objects, Path work) {
        return new ModuleLayout(absolute(base), absolute(sources), absolute(output), absolute(objects), absolute(work));
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    /** The headers generated from this module's records. */
    public Path ownHeaders() {
        return resources().resolve(DependencyFileExtractor.HEADERS);
    }

    /** The directory for the files of the dependencies. */
    Path dependencyFiles() {
        return work.resolve("dependencies");
    }

    /** The directory for the headers of the dependencies. */
    public Path dependencyHeaders() {
        return dependencyFiles().resolve(DependencyFileExtractor.HEADERS);
    }

    /** The source of a program. */
    public Path source(String name) {
        return sources.resolve(name + SUFFIX);
    }

    /** The directory for a generated {@code vmlinux.h}. */
    Path vmlinux() {
        return work.resolve("vmlinux");
    }

    /** The directory for schema texts. */
    Path resources() {
        return output.resolve(DependencyFileExtractor.FOLDER);
    }

    /** The developers' copy of a schema text. */
    public Path schemaCopy(String name) {
        return sources.resolve(name + SCHEMA_SUFFIX);
    }

    /** The schema text with the name of a header or object. The file may not exist. */
    public Path schema(String name) {
        return resources().resolve(name + SCHEMA_SUFFIX);
    }

    /** The schema text of a dependency with the name of a header or object. The file may not exist. */
    Path dependencySchema(String name) {
        return dependencyFiles().resolve(name + SCHEMA_SUFFIX);
    }

    /** The object in the jar. */
    Path object(String name) {
        return objects.resolve(DependencyFileExtractor.FOLDER).resolve(name + ".bpf.o");
    }

    /** The object before it has passed all checks. */
    Path stagedObject(String name) {
        return work.resolve(name + ".bpf.o");
    }

    /** The file in which clang lists the files that a program includes. */
    Path dependencyFile(String name) {
        return work.resolve(name + ".d");
    }

    /** The file that describes the inputs of a program's last compilation. */
    Path fingerprint(String name) {
        return work.resolve(name + FINGERPRINT_SUFFIX);
    }

    /** The programs, ordered by name: their file names without {@code .bpf.c}. Empty if the source directory does not exist. */
    List<String> programs() throws IOException {
        return programs(sources);
    }

    /** The programs in a directory, ordered by name. Empty if it does not exist. */
    public static List<String> programs(Path directory) throws IOException {
        return names(directory, SUFFIX);
    }

    /** The names of C files that don't end with {@code .bpf.c}. The build ignores these files. */
    List<String> otherC() throws IOException {
        return names(sources, C_SUFFIX).stream()
                .map(name -> name + C_SUFFIX)
                .filter(name -> !name.endsWith(SUFFIX))
                .toList();
    }

    /** The programs that an earlier build compiled and whose source no longer exists. */
    List<String> deletedPrograms() throws IOException {
        List<String> present = programs();
        return names(work, FINGERPRINT_SUFFIX).stream()
                .filter(name -> !present.contains(name))
                .toList();
    }

    /**
     * The names of the files in a directory with a suffix, without that suffix, in order. Empty if the directory does not
     * exist.
     */
    static List<String> names(Path directory, String suffix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix) && name.length() > suffix.length())
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .sorted()
                    .toList();
        }
    }
}
