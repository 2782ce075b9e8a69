/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/**
 * An execution of maven-compiler-plugin: its parameters that decide which annotation processors run. A missing parameter is null.
 *
 * @param id the execution's id
 * @param proc {@code none}, {@code only} or {@code full}
 * @param processors the class names of the only processors to run
 * @param processorPaths the artifacts to search for processors, as {@code group:artifact}
 * @param arguments further arguments of javac
 * @param otherJdk whether the compiler is configured to be another JDK than the one that runs Maven
 */
record CompilerExecution(
        String id,
        @Nullable String proc,
        @Nullable List<String> processors,
        @Nullable List<String> processorPaths,
        List<String> arguments,
        boolean otherJdk) {
    static final String PLUGIN = "maven-compiler-plugin";

    /** The executions of a goal, {@code compile} or {@code testCompile}, in the effective model of a module. */
    static List<CompilerExecution> of(List<Plugin> plugins, String goal) {
        return plugins.stream()
                .filter(CompilerExecution::isCompiler)
                .flatMap(plugin -> plugin.getExecutions().stream())
                .filter(execution -> execution.getGoals().contains(goal) && !"none".equals(execution.getPhase()))
                .map(CompilerExecution::of)
                .toList();
    }

    static boolean isCompiler(Plugin plugin) {
        return plugin.getKey().equals("org.apache.maven.plugins:" + PLUGIN);
    }

    private static CompilerExecution of(PluginExecution execution) {
        // Maven has merged the configuration of the plugin into that of its executions.
        Xpp3Dom configuration =
                execution.getConfiguration() instanceof Xpp3Dom dom ? dom : new Xpp3Dom("configuration");
        List<String> arguments =
                new ArrayList<>(texts(configuration, "compilerArgs").orElse(List.of()));
        text(configuration, "compilerArgument").ifPresent(line -> arguments.addAll(List.of(line.split("\\s+"))));
        return new CompilerExecution(
                execution.getId(),
                text(configuration, "proc").orElse(null),
                texts(configuration, "annotationProcessors").orElse(null),
                children(configuration, "annotationProcessorPaths")
                        .map(paths -> paths.map(CompilerExecution::artifact).toList())
                        .orElse(null),
                arguments,
                Stream.of("executable", "jdkToolchain").anyMatch(name -> configuration.getChild(name) != null));
    }

    private static String artifact(Xpp3Dom path) {
        return text(path, "groupId").orElse("?") + ":"
                + text(path, "artifactId").orElse("?");
    }

    private static Optional<List<String>> texts(Xpp3Dom parent, String name) {
        return children(parent, name)
                .map(children -> children.map(Xpp3Dom::getValue)
                        .filter(value -> value != null && !value.isBlank())
                        .map(String::strip)
                        .toList());
    }

    private static Optional<String> text(Xpp3Dom parent, String name) {
        return Optional.ofNullable(parent.getChild(name))
                .map(Xpp3Dom::getValue)
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private static Optional<Stream<Xpp3Dom>> children(Xpp3Dom parent, String name) {
        return Optional.ofNullable(parent.getChild(name)).map(child -> Stream.of(child.getChildren()));
    }
}
