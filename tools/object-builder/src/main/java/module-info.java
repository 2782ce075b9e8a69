/* SPDX-License-Identifier: Apache-2.0 */

/** Compiles BPF programs with clang, and compares the objects with the records. The plugins of build tools call it. */
module dev.nestmap.builder {
    requires dev.nestmap.btf;
    requires dev.nestmap.lint;
    requires dev.nestmap.schema;
    requires static org.jspecify;
}
