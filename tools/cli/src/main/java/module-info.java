/* SPDX-License-Identifier: Apache-2.0 */

/** The command nestmap, which shows and checks BPF maps. Users run its main class. */
@SuppressWarnings("requires-automatic") // JavaPoet has no module descriptor
module dev.nestmap.cli {
    requires com.palantir.javapoet;
    requires dev.nestmap.annotations;
    requires dev.nestmap.btf;
    requires dev.nestmap.header;
    requires dev.nestmap.lint;
    requires dev.nestmap.runtime;
    requires dev.nestmap.untyped;
    requires dev.nestmap.schema;
    requires info.picocli;
    requires java.compiler;

    // Picocli sets the fields of the options.
    opens dev.nestmap.cli to
            info.picocli;
    opens dev.nestmap.cli.console to
            info.picocli;
    opens dev.nestmap.cli.pins to
            info.picocli;
    opens dev.nestmap.cli.doctor to
            info.picocli;
    opens dev.nestmap.cli.source to
            info.picocli;
    opens dev.nestmap.cli.tree to
            info.picocli;
}
