/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/** A map that records declare. The constants of generated classes implement it: {@code TenantFlowsBpf.LIMIT_MAP}. */
public interface MapDeclaration {
    /** {@return the name of the map in C} */
    String name();

    /** An outer map that records declare. The constants of generated classes implement it: {@code TenantFlowsBpf.TENANT_MAP}. */
    interface Outer extends MapDeclaration {}
}
