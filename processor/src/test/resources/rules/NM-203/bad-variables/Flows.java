@BpfObject
interface Flows {
    @Constants
    record Config() {}
//  ^ NM-203 Config
}
