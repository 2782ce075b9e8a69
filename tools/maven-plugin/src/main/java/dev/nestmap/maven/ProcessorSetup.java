/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Plugin;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why javac will not run Nestmap's annotation processor. Without the processor, javac only reports "cannot find symbol" for each
 * use of a generated class.
 *
 * @param plugins the plugins of the module
 * @param dependencies the dependencies of the module
 * @param procProperty the property {@code maven.compiler.proc}, or null
 * @param javaVersion the version of the JDK that runs Maven
 * @param version the version of Nestmap, for the remedy
 */
record ProcessorSetup(
        List<Plugin> plugins,
        List<Dependency> dependencies,
        @Nullable String procProperty,
        int javaVersion,
        String version) {
    private static final String GROUP = "dev.nestmap";
    private static final String ARTIFACT = "nestmap-processor";
    private static final String PROCESSOR = "dev.nestmap.processor.NestmapProcessor";
    private static final int FIRST_WITHOUT_CLASS_PATH = 23; // JDK-8321314
    private static final Set<String> COMPILE_SCOPES = Set.of("compile", "provided", "system");

    /**
     * The cause and the remedy in words, or empty if an execution of the compiler or Kotlin's kapt runs the processor, or if the module
     * has no such execution.
     *
     * @param goal the goal of maven-compiler-plugin, {@code compile} or {@code testCompile}
     */
    Optional<String> problem(String goal) {
        if (isRunByKotlin(goal)) {
            return Optional.empty();
        }
        List<CompilerExecution> executions = CompilerExecution.of(plugins, goal);
        List<String> problems = executions.stream()
                .flatMap(execution -> problem(execution).stream())
                .toList();
        return problems.size() == executions.size() ? problems.stream().findFirst() : Optional.empty();
    }

    /** Whether kapt runs the processor, for the Java sources too. Then javac must not run it again. */
    private boolean isRunByKotlin(String goal) {
        String kapt = goal.equals("compile") ? "kapt" : "test-kapt";
        return plugins.stream()
                .filter(plugin -> plugin.getKey().equals("org.jetbrains.kotlin:kotlin-maven-plugin"))
                .flatMap(plugin -> plugin.getExecutions().stream())
                .anyMatch(execution -> execution.getGoals().contains(kapt)
                        && execution.getConfiguration() instanceof Xpp3Dom configuration
                        && configuration.toString().contains("<artifactId>" + ARTIFACT + "<"));
    }

    private Optional<String> problem(CompilerExecution execution) {
        return turnedOff(execution)
                .or(() -> otherProcessors(execution))
                .or(() -> execution.arguments().contains("-processorpath")
                                || execution.arguments().contains("--processor-path")
                                || dependencies.stream().anyMatch(ProcessorSetup::isForProcessorPath)
                        ? Optional.empty()
                        : notFound(execution));
    }

    private Optional<String> turnedOff(CompilerExecution execution) {
        String remove = "Remove it: the C headers and the accessors come from the annotation processor.";
        if ("none".equals(execution.proc())) {
            return Optional.of(
                    name(execution) + " has <proc>none</proc>, which turns off annotation processing. " + remove);
        } else if (execution.proc() == null && "none".equals(procProperty)) {
            return Optional.of(
                    "The property maven.compiler.proc is none, which turns off annotation processing. " + remove);
        } else if (execution.arguments().contains("-proc:none")) {
            return Optional.of(name(execution)
                    + " passes the argument -proc:none to javac, which turns off annotation processing. " + remove);
        }
        return Optional.empty();
    }

    private static Optional<String> otherProcessors(CompilerExecution execution) {
        if (execution.processors() != null && !execution.processors().contains(PROCESSOR)) {
            return Optional.of("annotationProcessors of " + name(execution) + " lists only "
                    + String.join(", ", execution.processors()) + ". Add Nestmap's, or remove annotationProcessors:\n\n"
                    + "  <annotationProcessor>" + PROCESSOR + "</annotationProcessor>\n");
        }
        int option = execution.arguments().indexOf("-processor");
        if (option >= 0 && option + 1 < execution.arguments().size()) {
            String names = execution.arguments().get(option + 1);
            return List.of(names.split(",")).contains(PROCESSOR)
                    ? Optional.empty()
                    : Optional.of(name(execution) + " passes the argument -processor " + names + " to javac. Append \","
                            + PROCESSOR + "\", or remove -processor.");
        }
        return Optional.empty();
    }

    private Optional<String> notFound(CompilerExecution execution) {
        List<String> paths = execution.processorPaths();
        if (paths != null && !paths.isEmpty()) {
            return paths.contains(GROUP + ":" + ARTIFACT)
                    ? Optional.empty()
                    : Optional.of(
                            "annotationProcessorPaths of " + name(execution) + " names " + String.join(", ", paths)
                                    + ", but not " + GROUP + ":" + ARTIFACT + ". Add it:\n\n" + path("  "));
        }
        boolean onClassPath = dependencies.stream().anyMatch(ProcessorSetup::isOnClassPath);
        boolean isOnCompilerPlugin = plugins.stream()
                .filter(CompilerExecution::isCompiler)
                .anyMatch(plugin -> plugin.getDependencies().stream().anyMatch(ProcessorSetup::isProcessor));
        if (onClassPath && searchesClassPath(execution)) {
            return Optional.empty();
        } else if (onClassPath) {
            return Optional.of(ARTIFACT + " is a dependency of the module, but JDK " + javaVersion
                    + " does not run processors that are only on the class path. Move it to annotationProcessorPaths:\n\n"
                    + plugin());
        } else if (isOnCompilerPlugin) {
            return Optional.of(ARTIFACT + " is a dependency of " + CompilerExecution.PLUGIN
                    + ", where javac does not search processors. Move it to annotationProcessorPaths:\n\n" + plugin());
        }
        return Optional.of(name(execution) + " has no annotationProcessorPaths with " + ARTIFACT
                + ". Add to the plugins:\n\n" + plugin());
    }

    /** Whether javac runs processors of the class path. Maven's parameters don't tell the version of another JDK. */
    private boolean searchesClassPath(CompilerExecution execution) {
        String proc = execution.proc() == null ? procProperty : execution.proc();
        return javaVersion < FIRST_WITHOUT_CLASS_PATH
                || execution.otherJdk()
                || plugins.stream().anyMatch(plugin -> plugin.getArtifactId().equals("maven-toolchains-plugin"))
                || proc != null
                || execution.processors() != null
                || execution.arguments().contains("-processor")
                || execution.arguments().contains("-proc:full");
    }

    private static boolean isProcessor(Dependency dependency) {
        return dependency.getGroupId().equals(GROUP)
                && dependency.getArtifactId().equals(ARTIFACT);
    }

    private static boolean isOnClassPath(Dependency dependency) {
        return isProcessor(dependency)
                && (dependency.getScope() == null || COMPILE_SCOPES.contains(dependency.getScope()));
    }

    /** Types of Maven 4: {@code processor}, {@code classpath-processor}, {@code modular-processor}. */
    private static boolean isForProcessorPath(Dependency dependency) {
        return isProcessor(dependency) && dependency.getType().endsWith("processor");
    }

    private static String name(CompilerExecution execution) {
        return CompilerExecution.PLUGIN
                + (execution.id().startsWith("default-") ? "" : " (execution " + execution.id() + ")");
    }

    private String path(String indent) {
        return """
                <path>
                  <groupId>%s</groupId>
                  <artifactId>%s</artifactId>
                  <version>%s</version>
                </path>
                """.formatted(GROUP, ARTIFACT, version).indent(indent.length());
    }

    private String plugin() {
        return """
                  <plugin>
                    <artifactId>%s</artifactId>
                    <configuration>
                      <annotationProcessorPaths>
                %s      </annotationProcessorPaths>
                    </configuration>
                  </plugin>
                """.formatted(CompilerExecution.PLUGIN, path(" ".repeat(8))).indent(2);
    }
}
