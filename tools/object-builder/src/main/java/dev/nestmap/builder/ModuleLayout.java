/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.nio.file.Path;

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
        return sources.resolve(name + ProgramSourceFinder.SUFFIX);
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
        return sources.resolve(name + ".schema");
    }

    /** The schema text with the name of a header or object. The file may not exist. */
    public Path schema(String name) {
        return resources().resolve(name + ".schema");
    }

    /** The schema text of a dependency with the name of a header or object. The file may not exist. */
    Path dependencySchema(String name) {
        return dependencyFiles().resolve(name + ProgramSourceFinder.SCHEMA_SUFFIX);
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
        return work.resolve(name + ProgramSourceFinder.FINGERPRINT_SUFFIX);
    }
}
