/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private static final String OBJECT_SUFFIX = ".bpf.o";

    /** The remedy for a schema text that can't be read. */
    static final String SAME_VERSION =
            "use the same version of nestmap-processor and of nestmap-maven-plugin or nestmap-gradle-plugin, and rebuild";

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

    /** The directory for {@code asm} of another architecture's kernel. */
    Path asmHeaders(Architecture architecture) {
        return work.resolve("headers").resolve(architecture.libbpfName());
    }

    /** The source of a program. */
    public Path source(String name) {
        return sources.resolve(name + SUFFIX);
    }

    /** The directory for schema texts. */
    Path resources() {
        return output.resolve(DependencyFileExtractor.FOLDER);
    }

    /** The developers' copy of a schema text. */
    public Path schemaCopy(String name) {
        return sources.resolve(name + SCHEMA_SUFFIX);
    }

    /** The schema text with the name of a header or object, in the directory of its package. The file may not exist. Unique: {@link #requireUniqueNames}. */
    public Path schema(String name) {
        List<Path> schemas = schemas(resources(), name);
        return schemas.isEmpty() ? resources().resolve(name + SCHEMA_SUFFIX) : schemas.get(0);
    }

    /**
     * The schema texts of this module by the names of their headers or objects, ordered. Several packages can have one name.
     */
    Map<String, List<Path>> schemas() {
        Map<String, List<Path>> schemas = new TreeMap<>();
        for (Path file : files(resources(), SCHEMA_SUFFIX)) {
            schemas.computeIfAbsent(nameOf(file), unused -> new ArrayList<>()).add(file);
        }
        return schemas;
    }

    /** Programs include headers of this module without the package, and the name of a program, or of a copy, is the name of its object. */
    void requireUniqueNames() throws BuildException {
        for (Map.Entry<String, List<Path>> schemas : schemas().entrySet()) {
            if (schemas.getValue().size() > 1) {
                throw new BuildException("Types of two packages have headers with the name " + schemas.getKey()
                        + DependencyFileExtractor.HEADER_SUFFIX + ": "
                        + schemas.getValue().get(0) + " and "
                        + schemas.getValue().get(1)
                        + ". Rename one of the types, or set the name in its @BpfObject. If one of them is of a type that you have moved or"
                        + " deleted, delete the file, or build everything again (mvn clean, gradle clean)");
            }
        }
    }

    /** The schema texts of dependencies with the name of a header or object. */
    List<Path> dependencySchemas(String name) {
        return schemas(dependencyFiles(), name);
    }

    /** Reads only the schema texts with this name: callers ask for one name after the other, and a module can have hundreds. */
    private static List<Path> schemas(Path directory, String name) {
        return files(directory, SCHEMA_SUFFIX).stream()
                .filter(file -> nameOf(file).equals(name))
                .toList();
    }

    private static String nameOf(Path schema) {
        String fileName = schema.getFileName().toString();
        return fileName.substring(0, fileName.length() - SCHEMA_SUFFIX.length());
    }

    /** The header that belongs to a schema text of this module. The file may not exist. */
    Path header(Path schema) {
        String path = resources().relativize(schema).toString();
        return ownHeaders()
                .resolve(path.substring(0, path.length() - SCHEMA_SUFFIX.length())
                        + DependencyFileExtractor.HEADER_SUFFIX);
    }

    /** The schema text that belongs to a generated header of this module. The file may not exist. */
    Path schemaOf(Path header) {
        String path = ownHeaders().relativize(header).toString();
        return resources()
                .resolve(path.substring(0, path.length() - DependencyFileExtractor.HEADER_SUFFIX.length())
                        + SCHEMA_SUFFIX);
    }

    /**
     * The directories of the packages whose generated headers are in a directory, ordered. In the search path of clang, they let programs
     * include a header without its package.
     */
    static List<Path> packages(Path headers) {
        return files(headers, DependencyFileExtractor.HEADER_SUFFIX).stream()
                .map(Path::getParent)
                .filter(directory -> !directory.equals(headers))
                .distinct()
                .toList();
    }

    /** The files below a directory with a suffix, ordered. Empty if the directory does not exist. */
    static List<Path> files(Path directory, String suffix) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object in the jar, beside the schema text with its name. */
    Path object(String name) {
        return object(name, null, schema(name));
    }

    /**
     * The object in the jar, in the package of a schema text. The generated class, which is in that package, loads it.
     *
     * @param architecture the architecture that the object is bound to; null if it is bound to none, or is the only one
     * @param schema a schema text of this module or of a dependency
     */
    Path object(String name, @Nullable Architecture architecture, Path schema) {
        Path from = schema.startsWith(dependencyFiles()) ? dependencyFiles() : resources();
        return objects.resolve(DependencyFileExtractor.FOLDER)
                .resolve(from.relativize(schema))
                .resolveSibling(objectName(name, architecture));
    }

    /** The object of one architecture, or, if null, the one for all. */
    private static String objectName(String name, @Nullable Architecture architecture) {
        return name + (architecture == null ? OBJECT_SUFFIX : architecture.objectSuffix());
    }

    /** The objects in the jar that are there: one for all architectures, or one for each of several. */
    List<Path> existingObjects(String name) {
        Path directory = Objects.requireNonNull(object(name).getParent(), "the object is in a directory");
        return files(directory, OBJECT_SUFFIX).stream()
                .filter(file -> directory.equals(file.getParent()) && isObject(file, name))
                .toList();
    }

    /** Whether a file is an object of a program, in the class directory and in any package. */
    boolean isObject(Path file, String name) {
        return file.startsWith(objects.resolve(DependencyFileExtractor.FOLDER))
                && (file.endsWith(objectName(name, null))
                        || Stream.of(Architecture.values())
                                .anyMatch(architecture -> file.endsWith(objectName(name, architecture))));
    }

    /** The object before it has passed all checks. */
    Path stagedObject(String name) {
        return stagedObject(name, null);
    }

    Path stagedObject(String name, @Nullable Architecture architecture) {
        return work.resolve(objectName(name, architecture));
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
