/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/** The kind of programs in {@code SEC("tc")} and {@code SEC("classifier")}. They fit {@link Tcx}, {@link Tc} and {@link Netkit}. */
public interface Classifier extends Tcx.Kind, Netkit.Kind {}
