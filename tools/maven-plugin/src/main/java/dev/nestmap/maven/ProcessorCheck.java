/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.maven.model.ConfigurationContainer;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/**
 * Finds a configuration of the Java compiler that does not run Nestmap's annotation processor, or runs it only before JDK 23, from the class
 * path. Without the processor, javac only reports "cannot find symbol" for each use of a generated class.
 *
 * @param plugins the plugins of the module
 * @param dependencies the dependencies of the module
 * @param proc the user's property {@code maven.compiler.proc}, or null
 * @param version the version of Nestmap, for the remedy
 */
record ProcessorCheck(
        List<Plugin> plugins,
        List<Dependency> dependencies,
        @Nullable String proc,
        String version) {
    static final String COMPILER = "maven-compiler-plugin";
    private static final String GROUP = "dev.nestmap";
    private static final String ARTIFACT = "nestmap-processor";
    private static final String PROCESSOR = "dev.nestmap.processor.NestmapProcessor";

    /**
     * The cause and the remedy in words. Empty if an execution of the compiler or Kotlin's kapt runs the processor, or if the module has no
     * execution of the goal.
     *
     * @param goal the goal of maven-compiler-plugin, {@code compile} or {@code testCompile}
     */
    Optional<String> problem(String goal) {
        List<PluginExecution> compilers = executions(ProcessorCheck::isCompiler)
                .filter(execution -> execution.getGoals().contains(goal) && !"none".equals(execution.getPhase()))
                .toList();
        if (executions(plugin -> plugin.getKey().equals("org.jetbrains.kotlin:kotlin-maven-plugin"))
                .anyMatch(ProcessorCheck::hasProcessor)) {
            return Optional.empty();
        }
        return compilers.stream()
                .filter(execution -> !isFound(compilers))
                .findFirst()
                .map(this::notFound)
                .or(() -> ofAll(compilers, ProcessorCheck::namesOthers).map(ProcessorCheck::notNamed))
                .or(() -> ofAll(compilers, this::isOff).map(ProcessorCheck::off));
    }

    /** The first execution if each is so. */
    private static Optional<PluginExecution> ofAll(
            List<PluginExecution> compilers, Predicate<PluginExecution> condition) {
        return compilers.stream().allMatch(condition) ? compilers.stream().findFirst() : Optional.empty();
    }

    private boolean isFound(List<PluginExecution> compilers) {
        return compilers.stream().anyMatch(ProcessorCheck::hasProcessor)
                || dependencies.stream().anyMatch(ProcessorCheck::isForProcessorPath);
    }

    private boolean isOff(PluginExecution execution) {
        String configuration = String.valueOf(execution.getConfiguration());
        return configuration.contains(">none</proc>")
                || configuration.contains("-proc:none")
                || ("none".equals(proc) && !configuration.contains("<proc>"));
    }

    private static String off(PluginExecution execution) {
        return name(execution)
                + " runs no annotation processors. Remove <proc>none</proc>, -proc:none or the property maven.compiler.proc.";
    }

    private Stream<PluginExecution> executions(Predicate<Plugin> ofPlugin) {
        return plugins.stream().filter(ofPlugin).flatMap(plugin -> plugin.getExecutions().stream());
    }

    static boolean isCompiler(Plugin plugin) {
        return plugin.getKey().equals("org.apache.maven.plugins:" + COMPILER);
    }

    /** Whether the execution names the processor. Maven has merged the configuration of the plugin into that of its executions. */
    private static boolean hasProcessor(PluginExecution execution) {
        String configuration = String.valueOf(execution.getConfiguration());
        return paths(execution).contains(GROUP + ":" + ARTIFACT)
                || configuration.contains("-processorpath")
                || configuration.contains("--processor-path");
    }

    /** Whether the execution runs only processors that it names, and not Nestmap's. */
    private static boolean namesOthers(PluginExecution execution) {
        String configuration = String.valueOf(execution.getConfiguration());
        return (configuration.contains("<annotationProcessors>") || configuration.contains(">-processor<"))
                && !configuration.contains(PROCESSOR);
    }

    private static String notNamed(PluginExecution execution) {
        return name(execution) + " names the annotation processors to run, but not " + PROCESSOR
                + ". Add it to annotationProcessors or to the argument -processor, or remove the list.";
    }

    private static List<String> paths(ConfigurationContainer configured) {
        return Stream.ofNullable(configured.getConfiguration())
                .map(Xpp3Dom.class::cast)
                .flatMap(configuration -> Stream.ofNullable(configuration.getChild("annotationProcessorPaths")))
                .flatMap(paths -> Stream.of(paths.getChildren()))
                .map(path -> text(path, "groupId") + ":" + text(path, "artifactId"))
                .toList();
    }

    private static String text(Xpp3Dom parent, String name) {
        Xpp3Dom child = parent.getChild(name);
        return child == null ? "?" : String.valueOf(child.getValue()).strip();
    }

    /** Types of Maven 4: {@code processor}, {@code classpath-processor}, {@code modular-processor}. */
    private static boolean isForProcessorPath(Dependency dependency) {
        return dependency.getGroupId().equals(GROUP)
                && dependency.getArtifactId().equals(ARTIFACT)
                && dependency.getType().endsWith("processor");
    }

    /** Whether the list is one of the execution itself. It replaces that of the plugin, where the processor may be in vain. */
    private boolean hasOwnPaths(PluginExecution execution) {
        return plugins.stream()
                .filter(plugin -> plugin.getExecutions().contains(execution))
                .noneMatch(plugin -> paths(plugin).equals(paths(execution)));
    }

    private String notFound(PluginExecution execution) {
        List<String> paths = paths(execution);
        String remedy = ". Add to its configuration:\n\n";
        String cause;
        if (paths.isEmpty()) {
            cause = name(execution)
                    + " has no annotationProcessorPaths, and since JDK 23, javac runs no processors of the class path";
        } else {
            boolean own = hasOwnPaths(execution);
            cause = "annotationProcessorPaths of " + (own ? nameWithId(execution) : name(execution)) + " names "
                    + String.join(", ", paths) + ", but not " + GROUP + ":" + ARTIFACT;
            if (own) {
                remedy =
                        ". A list in an execution replaces the one in the configuration of the plugin, so add to that of the execution:\n\n";
            }
        }
        return cause
                + remedy
                + String.format(Locale.ROOT, """
                  <annotationProcessorPaths>
                    <path>
                      <groupId>%s</groupId>
                      <artifactId>%s</artifactId>
                      <version>%s</version>
                    </path>
                  </annotationProcessorPaths>
                """, GROUP, ARTIFACT, version).indent(2);
    }

    private static String name(PluginExecution execution) {
        return execution.getId().startsWith("default-") ? COMPILER : nameWithId(execution);
    }

    private static String nameWithId(PluginExecution execution) {
        return COMPILER + " (execution " + execution.getId() + ")";
    }
}
