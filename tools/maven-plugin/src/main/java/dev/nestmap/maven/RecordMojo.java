/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugins.annotations.Parameter;

/** A goal that needs to know how the module's records are compiled. */
@SuppressWarnings("NullAway.Init") // Maven sets the fields
abstract class RecordMojo extends ModuleMojo {
    @Parameter(defaultValue = "${project.build.plugins}", readonly = true, required = true)
    private List<Plugin> plugins;

    @Parameter(defaultValue = "${project.dependencies}", readonly = true, required = true)
    private List<Dependency> dependencies;

    @Parameter(defaultValue = "${plugin.version}", readonly = true, required = true)
    private String version;

    RecordMojo(String skipped, String task) {
        super(skipped, task);
    }

    /** The plugins of the module, in the order of the effective model. */
    final List<Plugin> plugins() {
        return plugins;
    }

    /**
     * Why javac will not generate anything for the records in the source directories. Empty if it will or says so itself, or if there are no records.
     *
     * @param goal the goal of maven-compiler-plugin that compiles them
     */
    final Optional<String> processorProblem(String goal, List<String> sourceRoots) throws IOException {
        boolean isModule = sourceRoots.stream().anyMatch(root -> Files.exists(Path.of(root, "module-info.java")));
        Optional<String> cause = new ProcessorSetup(plugins, dependencies, version).problem(goal, isModule);
        Optional<Path> source = cause.isEmpty() ? Optional.empty() : RecordSources.first(sourceRoots);
        return source.map(file -> "javac will not run Nestmap's annotation processor, so the classes and headers for "
                + file + " will be missing. " + cause.orElseThrow());
    }
}
