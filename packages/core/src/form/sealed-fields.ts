import { isSealedType } from './field-type.js'
import { type Form, formFields } from './form.js'

/** Ids of the fields whose values are encrypted before anything is stored, and never returned. */
export const sealedFields = (form: Form): readonly string[] => formFields(form).filter((field) => isSealedType(field.type)).map((field) => field.id)
