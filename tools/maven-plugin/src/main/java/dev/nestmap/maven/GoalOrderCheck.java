/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;

/**
 * Finds a goal of this plugin that Maven would run before the Java compiler although it needs the compiler's output.
 *
 * <p>Within a phase, Maven first runs the executions of the packaging, such as {@code default-compile}: they have a negative priority
 * (DefaultLifecyclePluginAnalyzer and DefaultLifecycleBindingsInjector, Maven 3.0 and later). The others follow in the order of the
 * plugins in the POM. So a goal in the compiler's phase sees the output of {@code default-compile}, but not of executions that a POM adds
 * further down.
 */
final class GoalOrderCheck {
    private static final String OWN_PLUGIN = "dev.nestmap:nestmap-maven-plugin";
    private static final List<String> PHASES = List.of(
            "validate",
            "initialize",
            "generate-sources",
            "process-sources",
            "generate-resources",
            "process-resources",
            "compile",
            "process-classes",
            "generate-test-sources",
            "process-test-sources",
            "generate-test-resources",
            "process-test-resources",
            "test-compile",
            "process-test-classes");

    /** The place of an execution in the build. */
    private record Position(PluginExecution execution, int phase, int plugin) {
        static final Comparator<Position> ORDER = Comparator.comparingInt(Position::phase)
                .thenComparingInt(position -> position.execution().getPriority())
                .thenComparingInt(Position::plugin);
    }

    private GoalOrderCheck() {}

    /**
     * The problem in words. Empty if the goal runs after an execution of the compiler, if the compiler has no execution, or if the POM does
     * not bind the goal.
     *
     * @param plugins the plugins of the module, in the order of the effective model
     * @param goal the goal of both plugins, {@code compile} or {@code testCompile}
     * @param phase the phase that both goals run in by default
     */
    static Optional<String> problem(List<Plugin> plugins, String goal, String phase) {
        List<Position> compilers = positions(plugins, ProcessorCheck::isCompiler, goal, phase);
        Optional<Position> own = positions(plugins, plugin -> plugin.getKey().equals(OWN_PLUGIN), goal, phase).stream()
                .max(Position.ORDER);
        if (own.isEmpty()
                || compilers.isEmpty()
                || compilers.stream().anyMatch(compiler -> Position.ORDER.compare(compiler, own.get()) < 0)) {
            return Optional.empty();
        }
        PluginExecution compiler = compilers.get(0).execution();
        return Optional.of("The goal " + goal + " of nestmap-maven-plugin runs before the Java compiler (execution "
                + compiler.getId() + " of " + ProcessorCheck.COMPILER
                + "), which generates the headers that the goal needs. "
                + (own.get().execution().getPhase() == null
                        ? "Move nestmap-maven-plugin behind " + ProcessorCheck.COMPILER + " in the POM."
                        : "Remove <phase>" + own.get().execution().getPhase() + "</phase> from its execution "
                                + own.get().execution().getId() + ", or name a later phase."));
    }

    /** Whether the POM binds a goal of this plugin to a phase. */
    static boolean isBound(List<Plugin> plugins, String goal) {
        return !positions(plugins, plugin -> plugin.getKey().equals(OWN_PLUGIN), goal, "")
                .isEmpty();
    }

    private static List<Position> positions(
            List<Plugin> plugins, Predicate<Plugin> wanted, String goal, String defaultPhase) {
        List<Position> positions = new ArrayList<>();
        for (int index = 0; index < plugins.size(); index++) {
            if (!wanted.test(plugins.get(index))) {
                continue;
            }
            for (PluginExecution execution : plugins.get(index).getExecutions()) {
                String phase = execution.getPhase() == null ? defaultPhase : execution.getPhase();
                if (execution.getGoals().contains(goal) && !phase.equals("none")) {
                    int number = PHASES.indexOf(phase);
                    positions.add(new Position(execution, number < 0 ? PHASES.size() : number, index));
                }
            }
        }
        return positions;
    }
}
