/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations.javac;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.Trees;
import dev.nestmap.annotations.BpfObject;
import java.util.ArrayList;
import java.util.List;
import javax.tools.Diagnostic;

/**
 * Reports a {@link BpfObject} for which javac does not run Nestmap's annotation processor. Without this error, javac only says "cannot find
 * symbol" where a generated class is used.
 *
 * <p>javac loads plugins from the class path, also on JDK 23 and later and with {@code -proc:none} ({@code BasicJavacTask.initPlugins}, JDK
 * 17 and 25). So it finds this class in the jar of the annotations. It does not search the class path if it has a processor path, and this
 * class is not there if the jar is on the module path. In these cases the goal {@code prepare} of nestmap-maven-plugin reports the problem.
 */
public final class ProcessorCheck implements Plugin {
    private static final String PROCESSOR = "dev.nestmap.processor.NestmapProcessor";

    /** javac calls this constructor. */
    public ProcessorCheck() {}

    @Override
    public String getName() {
        return "NestmapProcessorCheck";
    }

    @Override
    public boolean autoStart() {
        return true;
    }

    @Override
    public void init(JavacTask task, String... arguments) {
        task.addTaskListener(new Listener(task));
    }

    /** A top-level type with the annotation. */
    private record Declaration(CompilationUnitTree unit, ClassTree type) {
        String generatedClass() {
            String prefix = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
            return prefix + type.getSimpleName() + "Bpf";
        }
    }

    private static final class Listener implements TaskListener {
        private final JavacTask task;
        private final List<Declaration> declarations = new ArrayList<>();
        private boolean processorsRan;

        Listener(JavacTask task) {
            this.task = task;
        }

        @Override
        public void started(TaskEvent event) {
            if (event.getKind() == TaskEvent.Kind.ANNOTATION_PROCESSING) {
                processorsRan = true;
            } else if (event.getKind() == TaskEvent.Kind.ANALYZE) {
                report();
            }
        }

        @Override
        public void finished(TaskEvent event) {
            if (event.getKind() == TaskEvent.Kind.PARSE) {
                addDeclarations(event.getCompilationUnit());
            }
        }

        private void addDeclarations(CompilationUnitTree unit) {
            for (Tree tree : unit.getTypeDecls()) {
                if (tree instanceof ClassTree type
                        && type.getModifiers().getAnnotations().stream().anyMatch(Listener::isBpfObject)) {
                    declarations.add(new Declaration(unit, type));
                }
            }
        }

        private static boolean isBpfObject(AnnotationTree annotation) {
            String name = annotation.getAnnotationType().toString();
            return name.equals(BpfObject.class.getSimpleName()) || name.equals(BpfObject.class.getName());
        }

        /** Reports each declaration once. A generated class may also be a source that an earlier run of the processor has written. */
        private void report() {
            if (!(processorsRan && isFound(PROCESSOR))) {
                for (Declaration declaration : declarations) {
                    if (task.getElements().getTypeElement(declaration.generatedClass()) == null) {
                        Trees.instance(task)
                                .printMessage(
                                        Diagnostic.Kind.ERROR,
                                        message(declaration),
                                        declaration.type(),
                                        declaration.unit());
                    }
                }
            }
            declarations.clear();
        }

        /** Processors and plugins of javac have the same class loader. */
        private static boolean isFound(String processor) {
            try {
                Class.forName(processor, false, ProcessorCheck.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException e) {
                return false;
            }
        }

        private static String message(Declaration declaration) {
            return "javac does not run Nestmap's annotation processor, so the class " + declaration.generatedClass()
                    + " and its C header are missing. Add dev.nestmap:nestmap-processor to <annotationProcessorPaths> of"
                    + " maven-compiler-plugin, to the configuration annotationProcessor of Gradle, or to --processor-path"
                    + " of javac. Remove -proc:none if javac has this option";
        }
    }
}
