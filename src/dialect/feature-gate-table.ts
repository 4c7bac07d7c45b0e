/**
 * Every feature gate that the kube-proxy binary knew, one a line, and behind each the releases in which its state
 * changed, oldest first, as minor release and state (`8a-`: in 1.8 alpha and off): `a` alpha, `b` beta, `g` generally
 * available, `d` deprecated; `+` on and `-` off by default; `!` locked there; `x` no longer known.
 *
 * Sources, per release: pkg/features/kube_features.go (1.31, 1.32: also versioned_kube_features.go), and what registers
 * itself in the same gate: apiserver and apiextensions-apiserver pkg/features, component-base metrics/features (since
 * 1.26), logs/api/v1 (1.27), client-go/features (1.30), zpages/features (1.32). Checked against the version histories
 * that 1.33 and 1.36 carry themselves. 1.15: from the `alpha:`/`beta:`/`remove in` notes in the files of 1.14 and 1.16.
 * 1.4 and 1.5: pkg/util/config/feature_gate.go; before, there were none. 1.37: kubernetes.io's page of feature gates
 * for v1.37 and the draft of its release notes (kubernetes/sig-release, release-1.37), which tell of gates of all
 * components and seldom whether one is locked; of KubeletAllocatedPodsEndpoint and InterPodAffinityHostnameFastPath
 * they tell no stage.
 */
export const FEATURE_GATE_TABLE = `APIListChunking 8a- 9b+ 29g+! 33x
APIPriorityAndFairness 17a- 20b+ 29g+! 31x
APIResponseCompression 8a- 16b+
APISelfSubjectReview 26a- 27b+ 28g+! 30x
APIServerIdentity 20a- 26b+
APIServerTracing 22a- 27b+ 34g+! 37x
APIServerWebhookAuthenticationToken 37a-
APIServingWithRoutine 30b+ 31a-
Accelerators 6a- 11x
AdmissionWebhookMatchConditions 27a- 28b+ 30g+! 33x
AdvancedAuditing 7a- 8b+ 12g+ 27g+! 28x
AffinityInAnnotations 6a- 8x
AggregatedDiscoveryEndpoint 26a- 27b+ 30g+! 33x
AggregatedDiscoveryRemoveBetaType 33d+ 35d+!
AllAlpha 4a-
AllBeta 17b-
AllowDNSOnlyNodeCSR 31d-
AllowExtTrafficLocalEndpoints 4a- 5b+ 7g+ 10x
AllowInsecureBackendProxy 17b+ 21g+! 23x
AllowInsecureKubeletCertificateSigningRequests 31d-
AllowOverwriteTerminationGracePeriodSeconds 32d- 35d-!
AllowParsingUserUIDFromCertAuth 33b+
AllowServiceExternalIPs 36g+
AllowServiceLBStatusOnNonLB 29d- 32d-! 35x
AllowUnsafeMalformedObjectDeletion 32a- 37b+
AnonymousAuthConfigurableEndpoints 31a- 32b+ 34g+!
AnyVolumeDataSource 18a- 24b+ 33g+! 37x
AppArmor 4b+ 31g+! 33x
AppArmorFields 30b+ 31g+! 33x
AtomicFIFO 36b+
AtomicWriteVolumeUserFields 37a-
AttachVolumeLimit 11a- 13b+ 17g+! 21x
AuthorizeNodeWithSelectors 31a- 32b+ 34g+!
AuthorizePodWebsocketUpgradeCreatePermission 35b+
AuthorizeWithSelectors 31a- 32b+ 34g+!
BalanceAttachedNodeVolumes 11a- 22x
BlockVolume 9a- 14b+ 18g+! 21x
BoundServiceAccountTokenVolume 13a- 21b+ 22g+! 23x
BtreeWatchCache 32b+ 33g+! 37x
CBORServingAndStorage 32a-
CPUManager 8a- 10b+ 26g+! 33x
CPUManagerPolicyAlphaOptions 23a-
CPUManagerPolicyBetaOptions 23b+
CPUManagerPolicyOptions 22a- 23b+ 33g+!
CRDObservedGenerationTracking 35b- 36b+
CRDValidationRatcheting 28a- 30b+ 33g+!
CRIContainerLogRotation 10a- 11b+ 21g+! 22x
CRIListStreaming 36a-
CSIBlockVolume 11a- 14b+ 18g+! 21x
CSICRDAutoInstall 12a- 13x
CSIDriverRegistry 13a- 14b+ 18g+! 21x
CSIInlineVolume 14a- 16b+ 25g+! 27x
CSIMigration 14a- 17b+ 25g+! 27x
CSIMigrationAWS 14a- 17b- 23b+ 25g+! 27x
CSIMigrationAWSComplete 17a- 21x
CSIMigrationAzureDisk 15a- 19b- 23b+ 24g+ 25g+! 27x
CSIMigrationAzureDiskComplete 17a- 21x
CSIMigrationAzureFile 15a- 21b- 24b+ 26g+ 27g+! 30x
CSIMigrationAzureFileComplete 17a- 21x
CSIMigrationGCE 14a- 17b- 23b+ 25g+! 28x
CSIMigrationGCEComplete 17a- 21x
CSIMigrationOpenStack 14a- 18b- 21b+ 24g+! 26x
CSIMigrationOpenStackComplete 17a- 21x
CSIMigrationPortworx 23a- 25b- 31b+ 33g+! 36x
CSIMigrationRBD 24a- 28d- 31x
CSIMigrationvSphere 19b- 25b+ 26g+! 29x
CSIMigrationvSphereComplete 19b- 22x
CSINodeExpandSecret 25a- 27b+ 29g+! 31x
CSINodeInfo 13a- 14b+ 17g+! 21x
CSIPersistentVolume 9a- 10b+ 13g+ 14g+! 16x
CSIServiceAccountToken 20a- 21b+ 22g+! 25x
CSIServiceAccountTokenSecrets 35b+ 36g+!
CSIStorageCapacity 19a- 21b+ 24g+! 28x
CSIVolumeFSGroupPolicy 19a- 20b+ 23g+! 25x
CSIVolumeHealth 21a-
CSRDuration 22b+ 24g+! 26x
ChangeContainerStatusOnKubeletRestart 35d-
ClearingNominatedNodeNameAfterBinding 34a- 35b+
ClientsAllowCARotation 36b+
ClientsAllowCBOR 32a-
ClientsAllowTLSCacheGC 36b+
ClientsPreferCBOR 32a-
CloudControllerManagerWatchBasedRoutesReconciliation 35a-
CloudControllerManagerWebhook 27a-
CloudDualStackNodeIPs 27a- 29b+ 30g+! 32x
ClusterTrustBundle 27a- 33b- 37g+
ClusterTrustBundleProjection 29a- 33b- 37g+
ComponentFlagz 32a- 36b+
ComponentSLIs 26a- 27b+ 32g+! 35x
ComponentStatusz 32a- 36b+
CompositePodGroup 37a-
ConcurrentWatchObjectDecode 31b- 37b+
ConfigurableFSGroupPolicy 18a- 20b+ 23g+! 25x
ConsistentHTTPGetHandlers 26g+ 30g+! 31x
ConsistentListFromCache 28a- 31b+ 34g+! 37x
ConsistentListFromCacheSkipTimeoutFallback 37a-
ConstrainedImpersonation 35a- 36b+
ContainerCheckpoint 25a- 30b+
ContainerRestartRules 34a- 35b+
ContainerStopSignals 33a-
ContextualLogging 27a- 30b+
ControllerManagerLeaderMigration 22b+ 24g+! 27x
CoordinatedLeaderElection 31a- 33b-
CronJobControllerV2 20a- 21b+ 22g+! 23x
CronJobTimeZone 24a- 25b+ 27g+! 29x
CronJobsScheduledAnnotation 28b+ 32g+! 35x
CrossNamespaceVolumeDataSource 26a-
CustomCPUCFSQuotaPeriod 12a- 36g+
CustomPodDNS 9a- 10b+ 14g+! 16x
CustomResourceDefaulting 15a- 16b+ 17g+! 18x
CustomResourceFieldSelectors 30a- 31b+
CustomResourcePublishOpenAPI 14a+ 15b+ 16g+! 18x
CustomResourceSubresources 10a- 11b+ 16g+! 18x
CustomResourceValidation 8a- 9b+ 16g+! 18x
CustomResourceValidationExpressions 23a- 25b+ 29g+! 31x
CustomResourceWebhookConversion 13a- 15b+ 16g+! 18x
DRAAdminAccess 32a- 34b+ 36g+!
DRAConsumableCapacity 34a- 36b+
DRAControlPlaneController 31a- 32x
DRADerivedAttributes 37a-
DRADeviceBindingConditions 34a- 36b+
DRADeviceCompatibilityGroups 37a-
DRADeviceTaintRules 35a- 36b- 37g+
DRADeviceTaints 33a- 36b+ 37g+
DRAExtendedResource 34a- 36b+ 37g+
DRAListTypeAttributes 36a-
DRANodeAllocatableResources 36a-
DRAOptionalNodeOperations 37a-
DRAPartitionableDevices 33a- 36b+
DRAPartitionableDevicesType 37a-
DRAPrioritizedList 33a- 34b+ 36g+ 37g+!
DRAResourceClaimDeviceStatus 32a- 33b+ 37g+
DRAResourceClaimGranularStatusAuthorization 36b+
DRAResourcePoolStatus 36a-
DRASchedulerFilterTimeout 34b+
DRAWorkloadResourceClaims 36a- 37b-
DaemonSetUpdateSurge 21a- 22b+ 25g+! 27x
DebugContainers 7a- 16x
DeclarativeValidation 33b+ 36g+!
DeclarativeValidationBeta 36b+
DeclarativeValidationTakeover 33b- 36d- 37d-!
DefaultHostNetworkHostPortsInPodTemplates 28d- 31x
DefaultIngressClass 18b+ 19g+! 20x
DefaultPodSysctls 37a-
DefaultPodTopologySpread 19a- 20b+ 24g+! 26x
DelegateFSGroupToCSIDriver 22a- 23b+ 26g+! 28x
DeploymentReplicaSetTerminatingReplicas 33a- 35b+
DetectCacheInconsistency 34b+
DevicePluginCDIDevices 28a- 29b+ 31g+! 34x
DevicePlugins 8a- 10b+ 26g+! 28x
DisableAcceleratorUsageMetrics 19a- 20b+ 25g+! 28x
DisableAllocatorDualWrite 31a- 33b- 34g+ 35g+!
DisableCPUQuotaWithExclusiveCPUs 33b+ 36d+
DisableCloudProviders 22a- 29b+ 31g+! 33x
DisableKubeletCloudCredentialProviders 23a- 29b+ 31g+! 33x
DisableNodeKubeProxyVersion 29a- 31d- 33d+ 36d+!
DownwardAPIHugePages 20a- 21b- 23b+ 27g+! 29x
DryRun 12a- 13b+ 19g+ 26g+! 28x
DynamicAuditing 13a- 19x
DynamicKubeletConfig 4a- 11b+ 22d- 26x
DynamicProvisioningScheduling 11a- 12x
DynamicResourceAllocation 26a- 32b- 34g+ 35g+!
DynamicVolumeProvisioning 4a+ 8x
EfficientWatchResumption 20a- 21b+ 24g+! 33x
ElasticIndexedJob 27b+ 31g+! 34x
EmptyDirVolumeMode 37a-
EnableAggregatedDiscoveryTimeout 16d+ 17x
EnableEquivalenceClassCache 8a- 14x
EndpointSlice 16a- 17b- 18b+ 21g+! 25x
EndpointSliceNodeName 20a- 21g+! 25x
EndpointSliceProxying 18a- 19b+ 22g+! 25x
EndpointSliceTerminatingCondition 20a- 22b+ 26g+! 28x
EnvFiles 34a- 35b+
EphemeralContainers 16a- 23b+ 25g+! 27x
EtcdRangeStream 37b+
EvenPodsSpread 16a- 18b+ 19g+! 21x
EventedPLEG 26a- 27b- 30a-
ExcludeAdmissionWebhookVirtualResources 37b+
ExecProbeTimeout 20g+ 35g+!
ExpandCSIVolumes 14a- 16b+ 24g+ 27x
ExpandInUsePersistentVolumes 11a- 15b+ 24g+ 27x
ExpandPersistentVolumes 8a- 11b+ 24g+ 27x
ExpandedDNSConfig 22a- 26b+ 28g+! 30x
ExperimentalCriticalPodAnnotation 6a- 16x
ExperimentalHostUserNamespaceDefaulting 5a- 6b- 28d-! 30x
ExtendWebSocketsToKubelet 36b+
ExternalPolicyForExternalIP 18g- 19g+ 20g+! 22x
ExternalServiceAccountTokenSigner 32a- 34b+ 36g+!
GCERegionalPersistentDisk 10b+ 13g+ 16g+! 17x
GRPCContainerProbe 23a- 24b+ 27g+! 29x
GRPCContainerProbeTLS 37a-
GangScheduling 35a- 37x
GenericEphemeralVolume 19a- 21b+ 23g+! 25x
GenericWorkload 35a- 37b-
GitRepoVolumeDriver 33d- 36d-!
GracefulNodeShutdown 20a- 21b+
GracefulNodeShutdownBasedOnPodPriority 23a- 24b+
H2CContainerProbe 37a-
HPAConfigurableTolerance 33a- 35b+ 37g+
HPAContainerMetrics 20a- 27b+ 30g+! 32x
HPAOptimizedSelectorStore 37b+
HPAScaleToZero 16a- 37b+
HonorPVReclaimPolicy 23a- 31b+ 33g+! 36x
HostnameOverride 34a- 35b+ 37g+!
HugePageStorageMediumSize 18a- 19b+ 22g+! 24x
HugePages 8a- 10b+ 14g+! 16x
HugepageAwareEviction 37b+
HyperVContainer 10a- 20d- 21x
IPTablesOwnershipCleanup 25a- 27b+ 28g+! 30x
IPv6DualStack 15a- 21b+ 23g+! 25x
IdentifyPodOS 23a- 24b+ 25g+! 27x
ImageMaximumGCAge 29a- 30b+ 35g+!
ImageVolume 31a- 33b- 35b+ 36g+!
ImageVolumeWithDigest 36a-
ImmutableEphemeralVolumes 18a- 19b+ 21g+! 24x
InOrderInformers 33b+ 36g+!
InOrderInformersBatchProcess 35b+
InPlacePodLevelResourcesVerticalScaling 35a- 36b+
InPlacePodVerticalScaling 27a- 33b+ 35g+!
InPlacePodVerticalScalingAllocatedStatus 32a- 33d- 36x
InPlacePodVerticalScalingExclusiveCPUs 32a-
InPlacePodVerticalScalingExclusiveMemory 34a-
InPlacePodVerticalScalingInitContainers 36b+ 37g+
InPlacePodVerticalScalingMemoryBackedVolumes 37a-
InPlacePodVerticalScalingSchedulerPreemption 37a-
InTreePluginAWSUnregister 21a- 31x
InTreePluginAzureDiskUnregister 21a- 31x
InTreePluginAzureFileUnregister 21a- 31x
InTreePluginGCEUnregister 21a- 31x
InTreePluginOpenStackUnregister 21a- 31x
InTreePluginPortworxUnregister 23a- 36x
InTreePluginRBDUnregister 23a- 28d- 31x
InTreePluginvSphereUnregister 21a- 31x
IndexedJob 21a- 22b+ 24g+! 26x
InformerResourceVersion 30a- 35g+
IngressClassNamespacedParams 21a- 22b+ 23g+! 25x
Initializers 8a- 14x
InterPodAffinityHostnameFastPath 37a-
JobBackoffLimitPerIndex 28a- 29b+ 33g+!
JobManagedBy 30a- 32b+ 35g+!
JobMutableNodeSchedulingDirectives 23b+ 27g+! 29x
JobPodFailurePolicy 25a- 26b+ 31g+! 33x
JobPodReplacementPolicy 28a- 29b+ 34g+!
JobReadyPods 23a- 24b+ 29g+! 31x
JobSuccessPolicy 30a- 31b+ 33g+!
JobTrackingWithFinalizers 22a- 23b+ 24b- 25b+ 26g+! 29x
KMSv1 28d+ 29d-
KMSv2 25a- 27b+ 29g+! 32x
KMSv2KDF 28b- 29g+! 32x
KubeProxyDrainingTerminatingNodes 28a- 30b+ 31g+! 33x
KubeProxyIPVS 37d+
KubeProxyNFTablesLocalhostNodePorts 37a-
KubeletAllocatedPodsEndpoint 37a-
KubeletCgroupDriverFromCRI 28a- 31b+ 34g+!
KubeletConfigFile 8a- 10x
KubeletCrashLoopBackOffMax 32a- 35b+
KubeletCredentialProviders 20a- 24b+ 26g+! 28x
KubeletEnsureSecretPulledImages 33a- 35b+
KubeletFineGrainedAuthz 32a- 33b+ 36g+!
KubeletInUserNamespace 22a- 37b+
KubeletPSI 33a- 34b+ 36g+!
KubeletPluginsWatcher 11a- 13g+ 14g+! 16x
KubeletPodResources 13a- 15b+ 28g+! 30x
KubeletPodResourcesDynamicResources 27a- 34b+ 36g+!
KubeletPodResourcesGet 27a- 34b+ 36g+!
KubeletPodResourcesGetAllocatable 21a- 23b+ 28g+! 30x
KubeletPodResourcesListUseActivePods 34d+
KubeletRegistrationGetOnExistsOnly 32d-
KubeletSeparateDiskGC 29a- 31b+
KubeletServiceAccountTokenForCredentialProviders 33a- 34b+
KubeletTracing 25a- 27b+ 34g+!
LegacyNodeRoleBehavior 16a+ 19b+ 21g-! 22x
LegacyServiceAccountTokenCleanUp 28a- 29b+ 30g+! 32x
LegacyServiceAccountTokenNoAutoGeneration 24b+ 26g+ 27g+! 29x
LegacyServiceAccountTokenTracking 26a- 27b+ 28g+! 30x
LegacySidecarContainers 33d- 34x
ListFromCacheSnapshot 33a- 34b+
LoadBalancerIPMode 29a- 30b+ 32g+! 35x
LocalStorageCapacityIsolation 7a- 10b+ 25g+! 27x
LocalStorageCapacityIsolationFSQuotaMonitoring 15a- 31b-
LogarithmicScaleDown 21a- 22b+ 31g+!
LoggingAlphaOptions 27a-
LoggingBetaOptions 27b+
ManifestBasedAdmissionControlConfig 36a- 37b+
MatchLabelKeysInPodAffinity 29a- 31b+ 33g+!
MatchLabelKeysInPodTopologySpread 25a- 27b+
MatchLabelKeysInPodTopologySpreadSelectorMerge 34b+
MaxUnavailableStatefulSet 24a- 35b- 37b+
MemoryManager 21a- 22b+ 32g+! 36x
MemoryQoS 22a- 37b+
MinDomainsInPodTopologySpread 24a- 25b- 27b+ 30g+! 32x
MinimizeIPTablesRestore 26a- 27b+ 28g+! 30x
MixedProtocolLBService 20a- 24b+ 26g+! 28x
MountContainers 9a- 17x
MountPropagation 8a- 10b+ 12g+ 14x
MultiCIDRRangeAllocator 25a- 29x
MultiCIDRServiceAllocator 27a- 31b- 33g+ 34g+!
MutableCSINodeAllocatableCount 33a- 34b- 35b+ 36g+!
MutablePVNodeAffinity 35a-
MutablePodResourcesForSuspendedJobs 35a- 36b+
MutableSchedulingDirectivesForSuspendedJobs 35a- 36b+
MutatingAdmissionPolicy 30a- 34b- 36g+
NFTablesNetlink 37b+
NFTablesProxyMode 29a- 31b+ 33g+!
NamespaceDefaultLabelName 21b+ 22g+! 24x
NativeHistograms 36a- 37b+
NetworkPolicyEndPort 21a- 22b+ 25g+! 27x
NetworkPolicyStatus 24a- 28x
NewVolumeManagerReconstruction 27b+ 30g+! 32x
NoDaemonSetScheduler 10a- 11x
NodeDeclaredFeatures 35a- 36b+ 37g+
NodeDisruptionExclusion 16a- 19b+ 21g+! 22x
NodeInclusionPolicyInPodTopologySpread 25a- 26b+ 33g+!
NodeLease 12a- 14b+ 17g+! 23x
NodeLifecycleConditions 37a-
NodeLogQuery 27a- 30b- 36g+!
NodeOutOfServiceVolumeDetach 24a- 26b+ 28g+! 32x
NodeSwap 22a- 28b- 30b+ 34g+!
NominatedNodeNameForExpectation 34a- 35b+
NonPreemptingPriority 15a- 19b+ 24g+! 26x
OpenAPIEnums 23a- 24b+
OpenAPIV3 23a- 24b+ 27g+! 29x
OpportunisticBatching 35b+
OrderedNamespaceDeletion 31b- 33b+ 34g+! 37x
PDBUnhealthyPodEvictionPolicy 26a- 27b+ 31g+! 33x
PLEGOnDemandRelist 36b+ 37g+
PVCProtection 9a- 10x
PersistentLocalVolumes 7a- 10b+ 14g+! 17x
PersistentVolumeClaimUnusedSinceTime 36a- 37b+
PersistentVolumeLastPhaseTransitionTime 28a- 29b+ 31g+! 33x
PodAffinityNamespaceSelector 21a- 22b+ 24g+! 26x
PodAndContainerStatsFromCRI 23a- 37b-
PodCertificateRequest 34a- 35b- 37g+
PodDeletionCost 21a- 22b+
PodDisruptionBudget 17b+ 21g+! 25x
PodDisruptionConditions 25a- 26b+ 31g+! 34x
PodGroupPreemptionPolicy 37a-
PodHasNetworkCondition 25a- 28x
PodHostIPs 28a- 29b+ 30g+! 32x
PodIndexLabel 28b+ 32g+! 35x
PodLevelResourceManagers 36a- 37b-
PodLevelResources 32a- 34b+
PodLifecycleSleepAction 29a- 30b+ 34g+!
PodLifecycleSleepActionAllowZero 32a- 33b+ 34g+!
PodLogsQuerySplitStreams 32a-
PodObservedGenerationTracking 33a- 34b+ 35g+!
PodOverhead 16a- 18b+ 24g+! 26x
PodPriority 8a- 11b+ 14g+ 16g+! 18x
PodReadinessGates 11b- 12b+ 14g+! 16x
PodReadyToStartContainersCondition 28a- 29b+ 37g+
PodSchedulingReadiness 26a- 27b+ 30g+!
PodSecurity 22a- 23b+ 25g+! 28x
PodShareProcessNamespace 10a- 12b+ 17g+! 19x
PodTopologyLabelsAdmission 33a- 35b+
PodsAPI 36a- 37b+
PortForwardWebsockets 30a- 31b+
PreferNominatedNode 21a- 22b+ 24g+! 26x
PreferSameTrafficDistribution 33a- 34b+ 35g+!
PreventStaticPodAPIReferences 34b+ 37x
ProbeHostPodSecurityStandards 34g+! 35x
ProbeTerminationGracePeriod 21a- 22b- 25b+ 28g+! 29x
ProcMountType 12a- 31b- 33b+ 36g+!
ProxyTerminatingEndpoints 22a- 26b+ 28g+! 30x
QOSReserved 11a-
ReadOnlyAPIDataVolumes 10d+ 13x
ReadWriteOncePod 22a- 27b+ 29g+! 31x
RecoverVolumeExpansionFailure 23a- 32b+ 34g+!
RecursiveReadOnlyMounts 30a- 31b+ 33g+!
ReduceDefaultCrashLoopBackOffDecay 33a-
RelaxedDNSSearchValidation 32a- 33b+ 34g+! 37x
RelaxedEnvironmentVariableValidation 30a- 32b+ 34g+!
RelaxedServiceNameValidation 34a- 36b+ 37g+!
ReloadKubeletClientCAFile 36b+
ReloadKubeletServerCertificateFile 31b+
RemainingItemCount 15a- 16b+ 29g+! 33x
RemoteRequestHeaderUID 32a- 33b+
RemoveSelfLink 16a- 20b+ 24g+! 30x
RequestManagement 15a- 17x
ResilientWatchCacheInitialization 31b+ 34g+! 37x
ResourceHealthStatus 31a- 36b+
ResourceHealthStatusMessage 36b+
ResourceLimitsPriorityFunction 9a- 19x
ResourceQuotaScopeSelectors 11a- 12b+ 17g+! 18x
RestartAllContainersOnContainerExits 35a- 36b+
RetroactiveDefaultStorageClass 25a- 26b+ 28g+! 29x
RetryGenerateName 30a- 31b+ 37x
RootCAConfigMap 20b+ 21g+! 22x
RotateKubeletClientCertificate 7a- 8b+ 19g+! 21x
RotateKubeletServerCertificate 7a- 12b+
RunAsGroup 10a- 14b+ 21g+! 22x
RuntimeClass 12a- 14b+ 20g+! 24x
RuntimeClassInImageCriApi 29a-
SCTPSupport 12a- 19b+ 20g+! 22x
SELinuxChangePolicy 32a- 33b+ 36g+!
SELinuxMount 30a- 33b- 37g+
SELinuxMountReadWriteOncePod 25a- 27b+ 36g+!
ScheduleDaemonSetPods 11a- 13b+ 17g+! 18x
SchedulerAsyncAPICalls 34b-
SchedulerAsyncPreemption 32a- 33b+
SchedulerPopFromBackoffQ 33b+
SchedulerPreQueueingHints 37a-
SchedulerQueueingHints 28b+ 29b- 32b+ 34g+!
SeccompDefault 22a- 25b+ 27g+! 29x
SecurityContextDeny 27a- 30x
SelectorIndex 18a- 19b+ 20g+! 25x
SeparateCacheWatchRPC 30b+ 33d-
SeparateTaintEvictionController 29b+ 34g+!
ServerSideApply 14a- 16b+ 22g+ 26g+! 32x
ServerSideFieldValidation 23a- 25b+ 27g+! 32x
ServiceAccountIssuerDiscovery 18a- 20b+ 21g+! 23x
ServiceAccountNodeAudienceRestriction 32b- 33b+
ServiceAccountTokenJTI 29a- 30b+ 32g+!
ServiceAccountTokenNodeBinding 29a- 31b+ 33g+!
ServiceAccountTokenNodeBindingValidation 29a- 30b+ 32g+!
ServiceAccountTokenPodNodeInfo 29a- 30b+ 32g+!
ServiceAppProtocol 18a- 19b+ 20g+! 22x
ServiceCIDRStatusFieldWiping 36d+
ServiceIPStaticSubrange 24a- 25b+ 26g+! 28x
ServiceInternalTrafficPolicy 21a- 22b+ 26g+! 28x
ServiceLBNodePortControl 20a- 22b+ 24g+! 26x
ServiceLoadBalancerClass 21a- 22b+ 24g+! 26x
ServiceLoadBalancerFinalizer 15a- 16b+ 17g+! 20x
ServiceNodeExclusion 9a- 19b+ 21g+! 22x
ServiceNodePortStaticSubrange 27a- 28b+ 29g+! 31x
ServiceProxyAllowExternalIPs 10d- 13x
ServiceTopology 17a- 22x
ServiceTrafficDistribution 30a- 31b+ 33g+! 36x
SetHostnameAsFQDN 19a- 20b+ 22g+! 24x
ShardedListAndWatch 36a-
SidecarContainers 28a- 29b+ 37x
SizeBasedListCostEstimate 34b+
SizeMemoryBackedVolumes 20a- 22b+ 35x
SkipReadOnlyValidationGCE 28a- 29d+ 31x
StableLoadBalancerNodeSet 27b+ 30g+! 32x
StaleControllerConsistencyDaemonSet 36b+
StaleControllerConsistencyJob 36b+
StaleControllerConsistencyReplicaSet 36b+
StaleControllerConsistencyStatefulSet 36b+
StartupProbe 16a- 18b+ 20g+! 23x
StatefulSetAutoDeletePVC 23a- 27b+ 32g+! 35x
StatefulSetMinReadySeconds 22a- 23b+ 25g+! 27x
StatefulSetRecreateStrategy 37a-
StatefulSetSemanticRevisionComparison 34b+
StatefulSetStartOrdinal 26a- 27b+ 31g+! 34x
StorageCapacityScoring 33a- 37b+
StorageNamespaceIndex 30b+ 33d+
StorageObjectInUseProtection 10b+ 11g+ 23g+! 25x
StorageVersionAPI 20a-
StorageVersionHash 14a- 15b+
StorageVersionMigrator 30a- 35b- 37g+
StreamingCollectionEncodingToJSON 31b- 33b+ 34g+! 37x
StreamingCollectionEncodingToProtobuf 31b- 33b+ 34g+! 37x
StreamingProxyRedirects 5a- 6b+ 18d+ 22d- 24x
StrictCostEnforcementForVAP 30b- 32g+! 35x
StrictCostEnforcementForWebhooks 30b- 32g+! 35x
StrictIPCIDRValidation 33a- 36b+
StructuredAuthenticationConfiguration 29a- 30b+ 34g+!
StructuredAuthenticationConfigurationEgressSelector 34b+
StructuredAuthenticationConfigurationJWKSMetrics 35b+
StructuredAuthorizationConfiguration 29a- 30b+ 32g+! 36x
SupplementalGroupsPolicy 31a- 33b+ 35g+!
SupportIPVSProxyMode 8a- 10b+ 11g+ 20x
SupportNodePidsLimit 14a- 15b+ 20g+! 23x
SupportPodPidsLimit 10a- 14b+ 20g+! 23x
SuspendJob 21a- 22b+ 24g+! 26x
Sysctls 11b+ 21g+! 23x
SystemdWatchdog 32b+ 35g+!
TTLAfterFinished 12a- 21b+ 23g+! 25x
TaintBasedEvictions 6a- 13b+ 18g+! 20x
TaintNodesByCondition 8a- 12b+ 17g+! 18x
TaintTolerationComparisonOperators 35a-
TokenRequest 10a- 12b+ 20g+! 21x
TokenRequestProjection 11a- 12b+ 20g+! 21x
TokenRequestServiceAccountUIDValidation 34b+
TopologyAwareHints 21a- 23b- 24b+ 33g+! 36x
TopologyAwareWorkloadScheduling 36a-
TopologyManager 16a- 18b+ 27g+! 29x
TopologyManagerPolicyAlphaOptions 26a-
TopologyManagerPolicyBetaOptions 26b- 28b+
TopologyManagerPolicyOptions 26a- 28b+ 32g+ 36g+!
TranslateStreamCloseWebsocketRequests 29a- 30b+
UnauthenticatedHTTP2DOSMitigation 28b- 29b+
UnknownVersionInteroperabilityProxy 28a- 36b+
UnlockWhileProcessingFIFO 36b+
UserNamespacesHostNetworkSupport 35a-
UserNamespacesPodSecurityStandards 29a- 35x
UserNamespacesStatelessPodsSupport 25a- 28x
UserNamespacesSupport 28a- 30b- 33b+ 36g+!
ValidateProxyRedirects 14b+ 22d+ 24x
ValidatingAdmissionPolicy 26a- 28b- 30g+! 32x
VolumeAttributesClass 29a- 31b- 34g+ 36g+!
VolumeBindMountOptions 37a-
VolumeCapacityPriority 21a- 33x
VolumeLimitScaling 35a- 37b+
VolumePVCDataSource 15a- 16b+ 18g+! 21x
VolumeScheduling 9a- 10b+ 13g+ 14g+! 16x
VolumeSnapshotDataSource 12a- 17b+ 20g+! 22x
VolumeSubpath 11g+ 23g+! 25x
VolumeSubpathEnvExpansion 11a- 15b+ 17g+! 19x
WarningHeaders 19b+ 22g+! 24x
WatchBookmark 15a- 16b+ 17g+! 33x
WatchCacheInitializationPostStartHook 31b- 36b+ 37g+
WatchFromStorageWithoutResourceVersion 30b- 33d-! 36x
WatchList 27a- 32b+ 33b- 34b+
WatchListClient 30b- 35b+
WatchListCompression 37b+
WinDSR 14a- 33b+ 34g+!
WinOverlay 14a- 20b+ 34g+!
WindowsCPUAndMemoryAffinity 32a-
WindowsEndpointSliceProxying 19a- 21b+ 22g+! 25x
WindowsGMSA 14a- 16b+ 18g+! 21x
WindowsGracefulNodeShutdown 32a- 34b+
WindowsHostNetwork 26a+ 33d-
WindowsHostProcessContainers 22a- 23b+ 26g+! 28x
WindowsRunAsUserName 16a- 17b+ 18g+! 21x
WorkloadAwarePreemption 36a- 37x
WorkloadWithJob 36a-
ZeroLimitedNominalConcurrencyShares 29b- 30g+! 32x
csiMigrationRBD 23a- 24x`;
