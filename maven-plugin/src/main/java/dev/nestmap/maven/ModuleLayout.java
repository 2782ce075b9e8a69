/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.File;
import java.nio.file.Path;

/**
 * The paths of a module's files.
 *
 * @param base the module's directory
 * @param sources the directory with the {@code .bpf.c} files and the copies of schema texts
 * @param output the class directory, which becomes the jar and has the output of the annotation processor
 * @param work the directory for files of this plugin, which are not in the jar
 */
record ModuleLayout(Path base, Path sources, Path output, Path work) {
    /** Creates the layout from Maven's parameters. */
    static ModuleLayout of(File base, File sources, File output, File work) {
        return new ModuleLayout(path(base), path(sources), path(output), path(work));
    }

    static Path path(File file) {
        return file.toPath().toAbsolutePath().normalize();
    }

    /** The headers generated from this module's records. */
    Path ownHeaders() {
        return output.resolve(DependencyHeaders.FOLDER);
    }

    Path dependencyHeaders() {
        return work.resolve("include");
    }

    Path source(String name) {
        return sources.resolve(name + SourceFiles.SUFFIX);
    }

    /** The directory for schema texts and objects. */
    Path resources() {
        return output.resolve("META-INF/bpf");
    }

    /** The developers' copy of a schema text. */
    Path schemaCopy(String name) {
        return sources.resolve(name + ".schema");
    }

    /** The schema text with the name of a header or object. The file may not exist. */
    Path schema(String name) {
        return resources().resolve(name + ".schema");
    }

    /** The object in the jar. */
    Path object(String name) {
        return resources().resolve(name + ".bpf.o");
    }

    /** The object before it has passed all checks. */
    Path stagedObject(String name) {
        return work.resolve(name + ".bpf.o");
    }

    Path dependencyFile(String name) {
        return work.resolve(name + ".d");
    }

    Path fingerprint(String name) {
        return work.resolve(name + SourceFiles.FINGERPRINT_SUFFIX);
    }
}
