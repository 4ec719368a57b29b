"""Families of the codes; made by tools/error_codes.py, do not edit by hand."""

_CODES: dict[str, str] = {
    "conflict": (
        "action_decided acts_missing alias_not_proposed already_denounced already_notified already_signed "
        "annulled backup_exists card_look_alike card_twice concordance_missing decision_missing "
        "decision_reversed draft_changed draft_gone draft_other ended file_exists final_state "
        "folder_not_empty guard hash_differs head_moved home_not_empty idempotency_busy key_exists "
        "key_still_counts login_taken newer_version no_emergency no_withdrawal not_a_decision "
        "not_in_force not_open not_signed not_suspended object_exists one_person origin_taken "
        "out_of_state partner_origin partner_root post_twice precondition_failed preview_changed "
        "question_has_result same_candidate sequencer_running several_versions signer_ahead signer_head "
        "signer_head_exists signer_running states_differ sub_taken tile_differs translation_missing "
        "translation_stale version_mismatch"
    ),
    "internal": "internal interrupted",
    "malformed": (
        "alias_decision alias_reason answer_coding answer_length answer_line_too_long answer_too_large "
        "answer_too_many_lines backup_file backup_manifest bad_add_s bad_answers bad_base64 bad_calendar "
        "bad_clock bad_code bad_decimal bad_document bad_entry bad_expects bad_field bad_fields bad_final "
        "bad_ground bad_hex bad_key bad_length bad_member bad_order bad_outcome bad_questions bad_reason "
        "bad_root bad_signatures bad_text bad_time bad_uuid base_url_host blob_chunk blob_manifest "
        "body_too_large body_unreadable body_unwanted bundle card card_code card_contact card_date "
        "card_dates card_fingerprint card_flag card_id card_label card_list card_names card_parent "
        "card_persons card_seat card_text card_time card_type card_zone certificate checkpoint choices "
        "codelist compact_range control_message cosignature_length cosignature_time cursor "
        "date_impossible date_relative date_unknown demo_message duplicate_key emergency_reason entity_id "
        "entity_type envelope envelope_size file_too_long fingerprint_form float float_or_null "
        "forbidden_character frame hash_length hint ics_alarm ics_control ics_date ics_duration ics_end "
        "ics_escape ics_fold ics_line ics_line_end ics_method ics_missing ics_nesting ics_no_calendar "
        "ics_not_one ics_not_utf8 ics_offset ics_repeated ics_rule ics_sequence ics_size ics_uid "
        "ics_version ics_zone idempotency_key index_key_length integer_range kek_length key_file key_id "
        "key_length key_name key_twice key_type leaf_hash limit line_address meeting_basis meeting_chairs "
        "meeting_choice meeting_date meeting_deadline meeting_gap meeting_list meeting_local "
        "meeting_number meeting_party meeting_reference meeting_span meeting_text meeting_zone "
        "member_missing name name_character name_empty name_form name_length name_letter name_script "
        "no_entry_into_force_rule not_a_note not_an_instrument not_canonical not_json not_nfc not_object "
        "not_sorted not_utf8 note_lines note_text note_too_long outgoing_command page_line "
        "page_line_too_long page_order policy_key policy_key_twice policy_line policy_name "
        "policy_name_twice policy_octet policy_quorum policy_threshold policy_too_long proof_extra "
        "proof_file proof_index proof_too_long query reason_missing receipt release_body release_head "
        "released_line request_class request_created request_digest request_keyid request_method "
        "request_nonce request_questions request_signature request_target revocation section_size "
        "seed_length signature_line signer_head_file source_body source_decision source_empty "
        "source_encoding source_field source_not_text source_reason string_too_long tile tile_path "
        "tls_authorities tls_ca tls_files token_code token_days token_name token_register token_verb "
        "too_deep too_large too_many_values unassigned_character unbalanced_isolate "
        "unknown_manifest_version unknown_member unknown_question unknown_reply urgency_ground view_place "
        "vkey witness_answer witness_request witness_request_too_long year"
    ),
    "missing": (
        "act action assertion backup_missing backup_record bench_server blob blob_chunk_missing "
        "blob_damaged checkpoint_missing contact cosigner data_key dossier draft entity entry evidence "
        "file folder home instrument key_file_missing key_unknown_here login_link meeting "
        "meeting_candidate month no_release_head no_root_version no_send no_service no_such_version "
        "not_a_recipient not_cosigned not_found note object object_kind origin page paragraph partner "
        "post post_key recipient register root signer_head_missing source text tile_missing token "
        "unknown_part version view"
    ),
    "not allowed": (
        "above_clearance card_of_partner caveat_not_held hint_origin no_export no_post "
        "no_right_to_persons no_role not_a_reader not_asked not_officers not_own_draft not_party "
        "not_released_to_us not_signatory not_signed_in nothing_to_withdraw oidc_acr oidc_failed "
        "oidc_not_bound other_purpose own_draft own_proposal release_by_people restricted stale_form "
        "two_persons unknown_verb wrong_post wrong_side"
    ),
    "problem": "folder_missing model_differs",
    "refused": (
        "act_differs backup_damaged backup_unsigned base_url blob_hash blob_quota blob_too_large "
        "bundle_damaged card_mismatch checkpoint_damaged checkpoint_empty_root checkpoint_key_name "
        "checkpoint_origin client_certificate consistency_proof cosignature_in_future cosignature_key "
        "damaged_entry damaged_log data_key_wrapped disclosed_mismatch engine_settings entries_changed "
        "equivocation file_extra file_kind file_missing file_size fingerprint head_differs id_taken "
        "idempotency_key_reused inclusion_proof invalid_input key_mode key_owner key_table_mode "
        "key_unknown leaf_index leaf_mismatch line_missing line_unknown log_damaged log_untrusted "
        "media_type method node_outside_tree nonce_seen not_a_notice not_addressed "
        "not_cosigned_by_partner object_full origin_frozen other_object other_primitive other_signatories "
        "own_card own_fork partner_redirects payload_type plain_http policy_missing precondition_required "
        "proof_envelope proof_extra_missing proof_origin proof_section quorum_not_met receipt_root "
        "release_head_origin release_head_recipient released_damaged request_algorithm request_component "
        "request_digest_differs request_parameter request_signature_bad request_tag request_unsigned "
        "root_administration root_differs root_expired root_missing root_pin root_version row_missing "
        "row_rotten section_mismatch seen_other_root signature_bad signature_missing signed_other_head "
        "signer_origin signer_post source_too_long stale_signature tile_altered too_far too_many_hashes "
        "too_slow transport_key_unknown tree_full tree_size vkey_differs vkey_type "
        "witness_proof_not_empty wrong_author"
    ),
    "unavailable": (
        "address_taken bench_command bench_start bench_timeout busy clock_not_trusted disk disk_full "
        "inconsistent no_port no_signer no_writer not_seen page_cut page_stuck partner_problem "
        "partner_slow partner_tls partner_unreachable queue_full read_only search_index service side_gone "
        "signer_gone timeout too_many_bytes too_many_open too_many_requests witness_busy writer_stopped"
    ),
    "usage": "no_home usage",
}

FAMILIES: dict[str, str] = {code: family for family, codes in _CODES.items() for code in codes.split()}
